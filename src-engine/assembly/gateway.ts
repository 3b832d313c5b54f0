/** The engine's web server, where windows that were open before a restart look for it again. */
import { randomBytes } from 'node:crypto';
import { UserError } from '../domain/errors.ts';
import { listenForCommands } from '../gateway/control-socket.ts';
import type { GatewayHost } from '../gateway/host.ts';
import { watchKillFile } from '../gateway/kill-file.ts';
import type { DataDirLock } from '../gateway/runtime-file.ts';
import type { Tokens } from '../gateway/web-guards.ts';
import { startWebServer, type WebServer } from '../gateway/web-server.ts';

type GatewayOptions = {
  readonly dataDir: string;
  readonly host: GatewayHost;
  readonly lock: DataDirLock;
  readonly port: number | undefined;
  readonly tokens: Tokens | undefined;
  readonly windowDir: string | undefined;
};

/** @throws UserError when the port that was asked for cannot be had. */
export async function openGateway(
  options: GatewayOptions,
): Promise<{ readonly server: WebServer; readonly tokens: Tokens }> {
  const { host, lock, windowDir } = options;
  const tokens = options.tokens ?? tokensAfter(lock);
  const start = (port: number): Promise<WebServer> => startWebServer({ host, port, tokens, windowDir });
  const server = await (options.port === undefined
    ? startAgainAt(lock.lastPort, start)
    : start(options.port));
  lock.rememberPort(server.port);
  const stopWatching = watchKillFile(options.dataDir, host);
  try {
    const control = await listenForCommands(options.dataDir, server.handle);
    const close = async (): Promise<void> => {
      stopWatching();
      await control.close();
      await server.close();
    };
    return { server: { ...server, close }, tokens };
  } catch (error) {
    stopWatching();
    await server.close();
    throw error;
  }
}

/**
 * A window that was open when the engine crashed holds the token of before, and that one still lies in the data folder,
 * readable by this user alone: taking it again lets the window come back by itself. Any other start makes new ones.
 */
function tokensAfter({ left }: DataDirLock): Tokens {
  const fresh = (): string => randomBytes(32).toString('base64url');
  return { operator: left?.token ?? fresh(), viewer: left?.viewer ?? fresh() };
}

async function startAgainAt(
  port: number | undefined,
  start: (port: number) => Promise<WebServer>,
): Promise<WebServer> {
  if (port === undefined) return start(0);
  try {
    return await start(port);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return start(0);
  }
}
