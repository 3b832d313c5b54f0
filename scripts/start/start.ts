/** `npm start`: the desktop where Electron is installed, else the same window in a browser; it says which and why. */
import { buildIfStale, DESKTOP, WINDOW } from './build.ts';
import { electronBinary, installElectron, whyNoWindow } from './electron.ts';
import { ROOT, runForeground } from './run.ts';

/** Runs until the terminal is closed. Answers the exit code. */
export async function start(argv: readonly string[]): Promise<number> {
  const rest = argv.filter((argument) => argument !== '--browser');
  try {
    if (argv.includes('--browser')) return await startBrowser('asked for by --browser', rest);
    let binary = electronBinary(ROOT);
    let reason = binary === undefined ? await installElectron(ROOT, say) : undefined;
    binary ??= electronBinary(ROOT);
    reason ??= whyNoWindow();
    if (binary === undefined || reason !== undefined) {
      return await startBrowser(`Electron cannot be used here: ${reason ?? 'its binary is missing'}`, rest);
    }
    return await startDesktop(binary, rest);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function startDesktop(binary: string, args: readonly string[]): Promise<number> {
  await buildIfStale(ROOT, DESKTOP, say);
  say('Starting the desktop app (Electron). To use a browser instead: npm start -- --browser');
  return runForeground(binary, [ROOT, ...args]);
}

async function startBrowser(why: string, args: readonly string[]): Promise<number> {
  await buildIfStale(ROOT, WINDOW, say);
  say(`Starting in the browser (${why}).`);
  return runForeground(process.execPath, ['src-engine/entry/cli.ts', 'serve', ...args]);
}

/** On stderr, so that what the engine prints stays alone on stdout. */
function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
