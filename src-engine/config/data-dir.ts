import { homedir, userInfo } from 'node:os';
import { isAbsolute, posix, win32 } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where data rests unless the user names a folder: the platform's place for the data of one user's programs. A place that is not
 * absolute is none, as the XDG Base Directory Specification asks: keys and orders would lie wherever a program happens to be started.
 */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  env: Environment = process.env,
  home: string = homeFolder(),
): string {
  if (env['PARALLAX_DATA_DIR']) return env['PARALLAX_DATA_DIR'];
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Parallax');
  return platform === 'win32'
    ? placeOf(platform, env, 'APPDATA', win32.join(home, 'AppData', 'Roaming'), 'Parallax')
    : placeOf(platform, env, 'XDG_DATA_HOME', posix.join(home, '.local', 'share'), 'parallax');
}

/**
 * What the engines of one user on one machine know of each other, whatever their data folders: the platform's place for state that
 * outlives a restart and is no data to move. Not a temporary folder: systems delete what lies untouched there for some days.
 */
export function stateDir(
  platform: NodeJS.Platform = process.platform,
  env: Environment = process.env,
  home: string = homeFolder(),
): string {
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'Parallax', 'state');
  return platform === 'win32'
    ? placeOf(platform, env, 'LOCALAPPDATA', win32.join(home, 'AppData', 'Local'), 'Parallax')
    : placeOf(platform, env, 'XDG_STATE_HOME', posix.join(home, '.local', 'state'), 'parallax');
}

function placeOf(
  platform: NodeJS.Platform,
  env: Environment,
  variable: string,
  otherwise: string,
  folder: string,
): string {
  const paths = platform === 'win32' ? win32 : posix;
  const named = env[variable];
  return paths.join(named !== undefined && paths.isAbsolute(named) ? named : otherwise, folder);
}

/** `HOME` where it is a place, else what the system's list of users says. */
function homeFolder(): string {
  const named = homedir();
  return isAbsolute(named) ? named : userInfo().homedir;
}
