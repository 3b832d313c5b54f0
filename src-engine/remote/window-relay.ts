/** Carries one window's messages to an engine elsewhere and back. The token is this side's to know. */
import type { WebSocket } from 'ws';
import { messagePortChannel, type MessagePortLike } from '../gateway/message-port.ts';
import { openEngineSocket, type RemoteTarget, type SocketEnd } from './engine-socket.ts';

/** While more than this waits for the window nothing is read, so that the engine notices and sends less. */
const PAUSE_ABOVE = 1024 * 1024;
const LOOK_AGAIN_MS = 50;

export type WindowRelay = { close(): void };

/**
 * @param ended hears why the engine's side ended; not when the window's did.
 */
export function relayWindow(
  target: RemoteTarget,
  port: MessagePortLike,
  ended: (end: SocketEnd) => void,
): WindowRelay {
  const channel = messagePortChannel(port);
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const socket: WebSocket = openEngineSocket(target, {
    message(text) {
      channel.send(text);
      // What was read before the pause still comes.
      if (timer === undefined && channel.bufferedBytes() > PAUSE_ABOVE) waitForWindow();
    },
    ended(end) {
      if (isOver) return;
      close();
      ended(end);
    },
  });
  const waitForWindow = (): void => {
    socket.pause();
    timer = setTimeout(() => {
      timer = undefined;
      if (channel.bufferedBytes() > PAUSE_ABOVE / 2) waitForWindow();
      else socket.resume();
    }, LOOK_AGAIN_MS);
  };
  const close = (): void => {
    isOver = true;
    clearTimeout(timer);
    channel.close();
    socket.terminate();
  };
  // The window speaks only once it was greeted, and so the socket is open by then.
  channel.onMessage((text) => {
    if (socket.readyState === socket.OPEN) socket.send(text);
  });
  channel.onClose(() => {
    if (!isOver) close();
  });
  return { close };
}
