/**
 * The desktop's window without Electron: the real page in a real Chromium, served by the app's own protocol
 * handler, behind the real preload script. What Electron does between the processes is done here.
 */
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'vite';
import { app, type BrowserWindow, ipcMain, type PortMain, recorded } from './electron-double.ts';

/** Stands for app://parallax in a browser that does not know the scheme; a secure context all the same. */
const ORIGIN = 'http://parallax.localhost';

/** Shows the double's window in `page`. */
export async function showInChromium(page: Page, window: BrowserWindow): Promise<void> {
  await page.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const handler = recorded.protocolHandlers.get('app');
    if (handler === undefined) throw new Error('the app has no protocol handler');
    const answer = await handler({ url: `app://parallax${pathname}` } as Request);
    await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  });
  await bridgePorts(page, window);
  await page.exposeFunction('toMain', (channel: string, args: unknown[]) => {
    const senderFrame = { parent: null, url: 'app://parallax/index.html' };
    ipcMain.emit(channel, { sender: window.webContents, senderFrame }, ...args);
  });
  await page.addInitScript({ content: await preloadScript() });
  await page.goto(`${ORIGIN}${new URL(window.url).pathname}`);
}

/** Each port that main posts becomes one end of a MessageChannel in the page. */
async function bridgePorts(page: Page, window: BrowserWindow): Promise<void> {
  const ports: PortMain[] = [];
  let inOrder: Promise<unknown> = Promise.resolve();
  const tell = (expression: string): void => {
    // A page that is being closed or reloaded takes no more messages, as a port's other end would not.
    inOrder = inOrder.then(() => page.evaluate(expression)).catch(() => undefined);
  };
  await page.exposeFunction('fromPort', (id: number, data: unknown) => ports[id]?.postMessage(data));
  window.webContents.events.on(
    'posted',
    ({ channel, ports: [port] }: { channel: string; ports: PortMain[] }) => {
      if (port === undefined) return;
      const id = ports.push(port) - 1;
      tell(`deliverPort(${id}, ${JSON.stringify(channel)})`);
      port.on('message', ({ data }: { data: unknown }) => tell(`intoPort(${id}, ${JSON.stringify(data)})`));
      port.on('close', () => tell(`closePort(${id})`));
      port.start();
    },
  );
}

/** The built preload, as CommonJS, over what a sandboxed preload gets of Electron. */
async function preloadScript(): Promise<string> {
  const entry = fileURLToPath(new URL('../preload.ts', import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      lib: { entry, formats: ['cjs'] },
      minify: false,
      rolldownOptions: { external: ['electron'] },
    },
  });
  const [output] = Array.isArray(built) ? built : [];
  const code = output?.output[0].code ?? '';
  return `(() => {
    const listeners = new Map();
    const ends = [];
    window.deliverPort = (id, channel) => {
      const { port1, port2 } = new MessageChannel();
      ends[id] = port2;
      port2.onmessage = (event) => fromPort(id, event.data);
      listeners.get(channel)?.({ ports: [port1] });
    };
    window.intoPort = (id, data) => ends[id]?.postMessage(data);
    window.closePort = (id) => ends[id]?.close();
    const electron = {
      contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
      ipcRenderer: {
        on: (channel, listener) => listeners.set(channel, listener),
        send: (channel, ...args) => toMain(channel, args),
      },
    };
    const require = (name) => { if (name === 'electron') return electron; throw new Error(name); };
    ((require, process, module, exports) => {
      ${code}
    })(require, { argv: ['--parallax-version=${app.getVersion()}'] }, { exports: {} }, {});
  })();`;
}
