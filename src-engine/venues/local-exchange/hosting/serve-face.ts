/** Serves a face of the exchange on a port: REST and WebSockets. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../../domain/errors.ts';
import type { ExchangeCore } from '../core/exchange-core.ts';
import { answerHttp, type ExchangeRequest, type ExchangeResponse } from './http-host.ts';
import { SocketServer } from './socket-server.ts';
import type { SessionOpener } from './wire.ts';

/** What a venue's clients speak to. */
export type Face = {
  /** Answers one HTTP request. Never throws. */
  answer(request: ExchangeRequest): ExchangeResponse;
  readonly sessions: SessionOpener;
  /** No connection is taken at the moment. */
  isBanned(): boolean;
};

export type FaceServer = {
  readonly url: string;
  readonly wsUrl: string;
  readonly port: number;
  /** Cuts all connections and frees the port. */
  stop(): Promise<void>;
};

/** @param openFace is called once the port is ours. @throws UserError when the port cannot be listened on. */
export async function serveFace(
  core: ExchangeCore,
  openFace: () => Face,
  { host = '127.0.0.1', port = 0 }: { readonly host?: string; readonly port?: number },
): Promise<FaceServer> {
  const server = createServer();
  const boundPort = await listen(server, host, port);
  // Its timers run from here on: a port that is taken must leave none behind.
  const face = openFace();
  server.on(
    'request',
    (request, response) =>
      void answerHttp(
        request,
        response,
        (asked) => face.answer(asked),
        () => latency(core),
      ),
  );
  const sockets = new SocketServer(face.sessions, () => face.isBanned());
  core.faults.onDropConnections = () => sockets.dropAll();
  server.on('upgrade', (request, socket, head) => sockets.upgrade(request, socket, head));
  return {
    url: `http://${host}:${boundPort}`,
    wsUrl: `ws://${host}:${boundPort}`,
    port: boundPort,
    async stop() {
      sockets.stop();
      server.closeAllConnections();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

/** Resolves once an answer may leave. */
async function latency({ clock, faults }: ExchangeCore): Promise<void> {
  if (faults.latencyUs === 0) return;
  await new Promise<void>((resolve) => {
    clock.schedule(clock.nowUs() + faults.latencyUs, resolve);
  });
}

export async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES' && error.code !== 'EADDRNOTAVAIL') return error;
  return new UserError({
    code: error.code === 'EADDRINUSE' ? 'port-in-use' : 'cannot-listen',
    field: error.code === 'EADDRNOTAVAIL' ? 'host' : 'port',
    value: error.code === 'EADDRNOTAVAIL' ? host : String(port),
    message: error.code === 'EADDRINUSE' ? 'is in use by another program' : 'cannot be listened on',
    remedy: 'Stop the other program, choose another, or use port 0 for a free one.',
  });
}
