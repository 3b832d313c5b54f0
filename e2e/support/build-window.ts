import { buildIfStale, DESKTOP } from '../../scripts/start/build.ts';
import { ROOT } from '../../scripts/start/run.ts';

/** The specs open the window as users get it: built, with the desktop around it. */
export default async function buildWindow(): Promise<void> {
  await buildIfStale(ROOT, DESKTOP, (line) => process.stdout.write(`${line}\n`));
}
