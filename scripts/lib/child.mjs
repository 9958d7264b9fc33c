import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { root } from './paths.mjs'
import { say } from './say.mjs'

/** Runs a program quietly. Resolves to its exit code, all it printed and how long it took. */
export function capture(program, args, options = {}) {
  const started = performance.now()
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    child.once('error', (error) => resolve({ code: 1, output: `${error.message}\n`, seconds: 0 }))
    child.once('close', (code) => resolve({ code: code ?? 1, output, seconds: (performance.now() - started) / 1000 }))
  })
}

/** Runs a program at the terminal in our place: its output, its signals, its exit code. */
export function become(program, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', ...options })
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
      process.on(signal, () => {
        // At a terminal Ctrl-C reaches the whole group, so the child has it already.
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
      })
    }
    child.once('error', (error) => {
      say({ zh: `无法运行 ${program}：${error.message}`, en: `${program} cannot be run: ${error.message}` })
      resolve(1)
    })
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)))
  })
}
