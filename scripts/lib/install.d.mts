export function installPackages(): Promise<void>
export function isInstalled(folder: string): boolean
