/** How the person who reads a hint starts the command line: hints name a command that exists where they are read. */
import { basename } from 'node:path';

/**
 * `parallax` where npm installed it as a command or where it was built, else the script of a folder of sources.
 * @param started the file that this process was started with. @param from where this code lies.
 */
export function invocation(started = process.argv[1] ?? '', from = import.meta.url): string {
  const isSource = from.endsWith('.ts');
  return isSource && basename(started) !== 'parallax' ? 'npm run -s parallax --' : 'parallax';
}
