/** Ways to the engine. A transport carries text both ways; reconnecting is the client's business. */
import type { Problem } from '../../src-engine/domain/errors.ts';
import { useHost } from './host.ts';

export type TransportHandlers = {
  readonly opened: () => void;
  readonly message: (text: string) => void;
  /** Once, at the end or instead of `opened`. A problem that a retry cannot solve comes as `fatal`. */
  readonly closed: (reason: string, fatal?: Problem) => void;
};

export type Connection = { readonly send: (text: string) => void; readonly close: () => void };

export type Transport = {
  /** Starts one connection. After `close()` none of the handlers is called any more. */
  readonly connect: (handlers: TransportHandlers) => Connection;
};

export const PORT_MESSAGE = 'parallax-engine-port';

/**
 * The desktop: the main process brokers a MessagePort to the engine, the preload hands it on, and hands on
 * another one after an engine restart. A port that comes early waits here until the client connects.
 * @param engine host name of an engine elsewhere, to which the port is a link; empty: it is on this machine.
 * @param askForPort asks the main process for another port: the last one came to nothing, or its engine ended.
 */
export function portTransport(
  page: Window,
  engine: () => string = () => '',
  askForPort: () => void = () => undefined,
): Transport {
  /** The first port comes unasked, once the page has loaded. */
  let hadPort = false;
  let parked: MessagePort | undefined;
  let wake: (() => void) | undefined;

  page.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.data !== PORT_MESSAGE || (event.source !== null && event.source !== page)) return;
    const [port] = event.ports;
    if (port === undefined) return;
    parked?.close();
    parked = port;
    wake?.();
  });

  return {
    connect(handlers) {
      let port: MessagePort | undefined;
      const end = (reason: string) => {
        detach();
        handlers.closed(reason);
      };
      const onClose = () =>
        end(engine() === '' ? 'the engine process ended' : `the link to ${engine()} is cut`);
      const detach = () => {
        wake = undefined;
        port?.removeEventListener('close', onClose);
        port?.close();
      };
      const take = () => {
        if (port !== undefined) return end('the engine was started again');
        port = parked;
        parked = undefined;
        if (port === undefined) {
          if (hadPort) askForPort();
          return;
        }
        hadPort = true;
        port.addEventListener('message', (event: MessageEvent<unknown>) => {
          if (typeof event.data !== 'string') return;
          handlers.message(event.data);
          // A port cannot say how much waits in it: the engine learns it from what has been handled.
          port?.postMessage(event.data.length);
        });
        port.addEventListener('close', onClose);
        port.start();
        handlers.opened();
      };
      wake = take;
      // Not in this call: the caller does not hold the connection yet.
      queueMicrotask(() => {
        if (wake === take && port === undefined) take();
      });
      return { send: (text) => port?.postMessage(text), close: detach };
    },
  };
}

const NO_TOKEN: Problem = {
  code: 'token-missing',
  field: 'address',
  message: 'This address carries no access token',
  remedy: 'Open the full address that "serve" printed, with #token=… at its end.',
};

/** A browser: the engine serves this page and its WebSocket from the same host, with a token. */
export function socketTransport(url: string, token: string | null): Transport {
  return {
    connect(handlers) {
      if (token === null || token === '') {
        queueMicrotask(() => handlers.closed('no token', NO_TOKEN));
        return { send: () => undefined, close: () => undefined };
      }
      const socket = new WebSocket(url, ['parallax.v1', `token.${token}`]);
      let opened = false;
      socket.onopen = () => {
        opened = true;
        handlers.opened();
      };
      socket.onmessage = (event: MessageEvent<unknown>) => {
        if (typeof event.data === 'string') handlers.message(event.data);
      };
      socket.onclose = (event) => {
        const why = opened ? 'the connection ended' : 'not reachable, or the token is not accepted';
        handlers.closed(event.reason === '' ? why : event.reason);
      };
      return {
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => {
          socket.onopen = socket.onmessage = socket.onclose = null;
          socket.close();
        },
      };
    },
  };
}

const TOKEN_KEY = 'parallax.token';

/** Takes the token out of the address bar (and the history entry) and keeps it for this tab's life. */
export function takeToken(page: Window): string | null {
  const match = /[#&]token=([^&]+)/.exec(page.location.hash);
  if (match?.[1] !== undefined) {
    const token = decodeURIComponent(match[1]);
    page.sessionStorage.setItem(TOKEN_KEY, token);
    page.history.replaceState(null, '', page.location.pathname + page.location.search);
    return token;
  }
  return page.sessionStorage.getItem(TOKEN_KEY);
}

/** The transport of the place where this window runs. */
export function pickTransport(page: Window): Transport {
  if (page.parallaxHost?.kind === 'desktop') {
    const { parallaxHost } = page;
    return portTransport(
      page,
      () => useHost.getState().engine,
      () => parallaxHost.askForPort(),
    );
  }
  const scheme = page.location.protocol === 'https:' ? 'wss:' : 'ws:';
  return socketTransport(`${scheme}//${page.location.host}/ws`, takeToken(page));
}
