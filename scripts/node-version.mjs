/** Plain JavaScript that any Node can read: an older one hands over to the project's own, or says what is missing. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const own = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url));
  if (!existsSync(own)) {
    process.stderr.write(
      `Parallax needs Node 22.18 or newer and this is ${process.versions.node}; it brings its own: run "npm ci" once in its folder, then start it again.\n`,
    );
    process.exit(2);
  }
  const child = spawn(own, process.argv.slice(1), { stdio: 'inherit' });
  // A terminal sends SIGINT to both: the child ends by it, and this one waits.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.exit(await new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1))));
}
