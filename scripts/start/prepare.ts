/** What a command needs of this folder before it runs: `serve` needs a window to serve. */
import { buildForServe } from './build.ts';
import { ROOT } from './run.ts';

/** False when the command cannot run; why was said on stderr. */
export async function prepare(argv: readonly string[]): Promise<boolean> {
  const [command, ...rest] = argv;
  if (command !== 'serve' || rest.includes('--help') || rest.includes('-h')) return true;
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  try {
    await buildForServe(ROOT, say);
    return true;
  } catch (error) {
    say(`parallax: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
