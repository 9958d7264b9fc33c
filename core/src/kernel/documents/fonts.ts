import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const family = (name: string): string => dirname(require.resolve(`@expo-google-fonts/${name}/package.json`))

const weights = ['400Regular', '700Bold', '900Black'] as const

/** Folders of the bundled fonts: Noto Sans SC, and Noto Sans for the Latin, Greek and Cyrillic letters it lacks. */
export const fontFolders: readonly string[] = ['noto-sans-sc', 'noto-sans'].flatMap((name) =>
  weights.map((weight) => join(family(name), weight)),
)

/** One file per family: within a family every weight covers the same characters (a test holds this). */
export const coverageFiles: readonly string[] = [
  join(family('noto-sans-sc'), '400Regular', 'NotoSansSC_400Regular.ttf'),
  join(family('noto-sans'), '400Regular', 'NotoSans_400Regular.ttf'),
]
