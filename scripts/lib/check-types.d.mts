type Result = { code: number; output: string; seconds: number }

export function checkTypes(workspace: string, run: (args: string[], cwd?: string) => Promise<Result>): Promise<Result>
