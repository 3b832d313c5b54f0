import { spawn } from 'node:child_process';

/** Of most systems; the one that the command line began with is not known here. */
const USUAL_UMASK = 0o022;

/**
 * Opens an address in the user's browser where the desktop knows how; where it does not, nothing happens.
 * @param address without a secret: every user of the machine sees it among the arguments of these programs.
 */
export function openBrowser(address: string, env: NodeJS.ProcessEnv = process.env): void {
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return;
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  // What the browser makes is not the engine's: it goes by the user's own rule for new files.
  const before = process.umask(USUAL_UMASK);
  const child = spawn(command ?? '', args, {
    stdio: 'ignore',
    detached: true,
    env: withoutSecrets(env),
  });
  process.umask(before);
  child.on('error', () => undefined);
  child.unref();
}

/** A browser and what it starts need none of the passwords that the engine was given. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(PARALLAX_|PGPASS)/.test(name)));
}
