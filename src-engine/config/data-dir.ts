import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where data rests unless the user names a folder: the platform's place for the data of one user's programs. */
export function defaultDataDir(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string {
  if (env['PARALLAX_DATA_DIR']) return env['PARALLAX_DATA_DIR'];
  const home = homedir();
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Parallax');
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Parallax');
  return join(env['XDG_DATA_HOME'] ?? join(home, '.local', 'share'), 'parallax');
}
