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
  const paths = platform === 'win32' ? win32 : posix;
  const placeIn = (name: string, otherwise: string): string => {
    const named = env[name];
    return named !== undefined && paths.isAbsolute(named) ? named : otherwise;
  };
  return platform === 'win32'
    ? paths.join(placeIn('APPDATA', paths.join(home, 'AppData', 'Roaming')), 'Parallax')
    : paths.join(placeIn('XDG_DATA_HOME', paths.join(home, '.local', 'share')), 'parallax');
}

/** `HOME` where it is a place, else what the system's list of users says. */
function homeFolder(): string {
  const named = homedir();
  return isAbsolute(named) ? named : userInfo().homedir;
}
