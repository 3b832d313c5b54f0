/**
 * Reads the state of the engine that runs on this machine, with the token for readers that it keeps in its data folder:
 * `node examples/status.mjs [DATA_FOLDER]`. It changes nothing.
 */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const folders = {
  linux: join(process.env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'parallax'),
  darwin: join(homedir(), 'Library', 'Application Support', 'parallax'),
  win32: join(process.env.APPDATA ?? homedir(), 'parallax'),
};
const [folder = folders[process.platform]] = process.argv.slice(2);
const { port, viewer } = JSON.parse(readFileSync(join(folder, 'runtime.json'), 'utf8'));

const response = await fetch(`http://127.0.0.1:${port}/api/getStatus`, {
  method: 'POST',
  headers: { authorization: `Bearer ${viewer}`, 'content-type': 'application/json' },
  body: '{}',
});
if (!response.ok) throw new Error(`the engine answered ${response.status}: ${await response.text()}`);
console.log(JSON.stringify(await response.json(), null, 2));
