/**
 * The command line's own way to the engine: a Unix socket in the data folder (a named pipe on Windows) that this user alone may
 * open. No port, and no connection of anybody else, stands between an operator and a kill.
 */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join, resolve } from 'node:path';

const SOCKET_FILE = 'engine.sock';
/** Longest path of a socket, in bytes, with its end: macOS takes 104, Linux 108. */
const MAX_PATH_BYTES = 103;
const MAX_CONNECTIONS = 32;
const REQUEST_TIMEOUT_MS = 10_000;

/** Where the engine of a data folder listens; undefined where its path is too long for a socket. */
export function controlPath(dataDir: string, platform = process.platform): string | undefined {
  const folder = resolve(dataDir);
  if (platform === 'win32') {
    return `\\\\.\\pipe\\parallax-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  }
  const path = join(folder, SOCKET_FILE);
  return Buffer.byteLength(path) <= MAX_PATH_BYTES ? path : undefined;
}

/** A folder of that name is not ours to remove. */
function canRemove(path: string): boolean {
  try {
    rmSync(path, { force: true });
    return true;
  } catch {
    return false;
  }
}

const NOTHING = { close: (): Promise<void> => Promise.resolve() };

/**
 * Listens there with the REST API's own handler, which asks for the token as it does everywhere. The caller holds the data
 * folder: a socket that lies there is a dead engine's. Where the path is too long, or the file system has no sockets, there is
 * none, and the port and the kill file are left.
 */
export async function listenForCommands(
  dataDir: string,
  handle: RequestListener,
): Promise<{ close(): Promise<void> }> {
  const path = controlPath(dataDir);
  if (path === undefined) return NOTHING;
  const isFile = process.platform !== 'win32';
  if (isFile && !canRemove(path)) return NOTHING;
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, handle);
  server.maxConnections = MAX_CONNECTIONS;
  const isListening = await new Promise<boolean>((resolved) => {
    server.on('error', () => resolved(false));
    server.listen(path, () => resolved(true));
  });
  if (!isListening) return NOTHING;
  if (isFile) chmodSync(path, 0o600);
  return {
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
