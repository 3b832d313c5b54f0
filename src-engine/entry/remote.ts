/** A desktop's link to an engine elsewhere: a utility process that the main process forks in place of an engine. */
import { decodeHostMessage } from '../contract/host-messages.ts';
import type { ParentPort } from '../gateway/host-link.ts';
import { RemoteLink } from '../remote/remote-link.ts';

// Electron adds it to `process`; its types are not the engine's to know.
const { parentPort: port } = process as unknown as { readonly parentPort: ParentPort };

let link: RemoteLink | undefined;

port.on('message', ({ data, ports }) => {
  const message = decodeHostMessage(data);
  switch (message?.t) {
    case 'attach': {
      const { origin, socketUrl, token } = message;
      link?.close();
      link = new RemoteLink({
        target: { origin, socketUrl, token },
        notify: (notice) => port.postMessage(notice),
      });
      link.connect();
      return;
    }
    case 'window-port':
      for (const each of ports) {
        if (link === undefined) each.close();
        else link.openWindow(each);
      }
      return;
    case 'kill':
      void link?.kill(message.via);
      return;
    case 'power':
      if (message.state === 'resume') link?.resume();
      return;
    // Files of this machine are no files of that one: the main process does not send them here.
    case 'open':
    // That engine goes on without this desktop.
    case 'hold':
      return;
    case 'shutdown':
      link?.close();
      return process.exit(0);
    case undefined:
      return;
    default:
      message satisfies never;
  }
});
