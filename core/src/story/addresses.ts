/** Where a recording is served; the name at the end is for players and downloads and says nothing to the server. */
export function recordingHref(communitySlug: string, recording: { id: string; name: string }): string {
  return `/files/${communitySlug}/${recording.id}/${encodeURIComponent(recording.name)}`
}
