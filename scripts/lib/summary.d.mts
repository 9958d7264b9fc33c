type Report = { testResults: { status: string; assertionResults: { status: string }[] }[] }

export function summarise(report: Report, code: number): string
