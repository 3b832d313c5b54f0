/** One WebSocket to a remote engine, and a text why it ended or was never opened. */
import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import { WS_PROTOCOL } from '../gateway/web-guards.ts';

export type RemoteTarget = {
  /** `https://engine.example.org` */
  readonly origin: string;
  /** `wss://engine.example.org/ws` */
  readonly socketUrl: string;
  readonly token: string;
};

export type SocketEnd = {
  readonly reason: string;
  /** Trying again cannot mend it: a person has to. */
  readonly isFinal: boolean;
};

/** A snapshot of a long day is a few MiB. */
const MAX_MESSAGE = 64 * 1024 * 1024;
const HANDSHAKE_MS = 10_000;

export type EngineSocketHandlers = {
  /** Longest message, in bytes; one that is longer ends it. */
  readonly maxBytes?: number;
  readonly message: (text: string) => void;
  /** Once, whatever ended it. */
  readonly ended: (end: SocketEnd) => void;
};

export function openEngineSocket(target: RemoteTarget, handlers: EngineSocketHandlers): WebSocket {
  const socket = new WebSocket(target.socketUrl, [WS_PROTOCOL, `token.${target.token}`], {
    maxPayload: handlers.maxBytes ?? MAX_MESSAGE,
    handshakeTimeout: HANDSHAKE_MS,
    // The token goes to the engine that was named, and nowhere else.
    followRedirects: false,
  });
  let isOver = false;
  const end = (reason: string, isFinal = false): void => {
    if (isOver) return;
    isOver = true;
    handlers.ended({ reason, isFinal });
  };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (!isBinary && !isOver) handlers.message(data.toString('utf8'));
  });
  socket.on('unexpected-response', (request, response: IncomingMessage) => {
    const { reason, isFinal } = refusal(response.statusCode ?? 0);
    request.destroy();
    end(reason, isFinal);
  });
  socket.on('error', (error: Error & { code?: string }) => {
    const { reason, isFinal } = failure(error.code ?? '', error.message);
    end(reason, isFinal);
    socket.terminate();
  });
  socket.on('close', () => end('the engine closed the connection'));
  return socket;
}

/** What an answer that is not a WebSocket means. */
function refusal(status: number): SocketEnd {
  if (status === 401) return { reason: 'the engine does not accept the token', isFinal: true };
  if (status === 421) {
    const reason =
      'the engine does not accept this host name; a proxy or tunnel must forward its own host and port';
    return { reason, isFinal: true };
  }
  if (status === 404 || status === 426)
    return { reason: 'there is no engine at this address', isFinal: true };
  return { reason: `it answers with HTTP status ${status}`, isFinal: false };
}

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at this address',
  ENOTFOUND: 'the host name does not exist',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ECONNRESET: 'the connection was cut',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

/** Codes of OpenSSL for a certificate that does not prove the name. */
const CERTIFICATE = /CERT|ALTNAME|VERIFY|SELF_SIGNED/;

function failure(code: string, message: string): SocketEnd {
  if (CERTIFICATE.test(code)) {
    return { reason: `its certificate is not trusted (${code}); nothing was sent`, isFinal: true };
  }
  return { reason: WORDS[code] ?? (code === '' ? message.slice(0, 120) : code), isFinal: false };
}
