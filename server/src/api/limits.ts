/** JSON that is larger than any request of ours, in bytes. */
export const LARGEST_JSON = 64 * 1024
