/**
 * The desktop's window without Electron: the real page in a real Chromium, served by the app's own protocol
 * handler, behind the real preload script. What Electron does between the processes is done here.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { build } from 'vite';
import { app, type BrowserWindow, ipcMain, type PortMain, recorded } from './electron-double.ts';

/** Stands for app://parallax in a browser that does not know the scheme; a secure context all the same. */
const ORIGIN = 'http://parallax.localhost';
const OWN_FRAME = { parent: null, url: 'app://parallax/index.html' };

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
    ipcMain.emit(channel, { sender: window.webContents, senderFrame: OWN_FRAME }, ...args);
  });
  await page.exposeFunction('askMain', (channel: string, args: unknown[]) =>
    ipcMain.invoke(channel, { sender: window.webContents, senderFrame: OWN_FRAME }, ...args),
  );
  window.webContents.events.on('reload', () => void page.reload());
  await page.addInitScript({ content: await preloadScript(window) });
  await page.goto(`${ORIGIN}${new URL(window.url).pathname}`);
}

/** Each port that main posts becomes one end of a MessageChannel in the page. */
async function bridgePorts(page: Page, window: BrowserWindow): Promise<void> {
  const ports: PortMain[] = [];
  const lines: string[] = [];
  let isSending = false;
  const send = (line: string): void => {
    lines.push(line);
    if (!isSending) void sendAll();
  };
  /** In order, and what has gathered meanwhile in one go: a call into the page takes some milliseconds. */
  const sendAll = async (): Promise<void> => {
    isSending = true;
    while (lines.length > 0) {
      // A page that is being closed or reloaded takes no more messages, as a port's other end would not.
      await page.evaluate(`${lines.splice(0).join(';')};0`).catch(() => undefined);
    }
    isSending = false;
  };
  await page.exposeFunction('fromPort', (id: number, data: unknown) => ports[id]?.postMessage(data));
  // The ports of a page end with it.
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) for (const port of ports) port.close();
  });
  window.webContents.events.on(
    'posted',
    ({ channel, message, ports: sent }: { channel: string; message: unknown; ports: PortMain[] }) => {
      const [port] = sent;
      const delivered = JSON.stringify([channel, message ?? null]);
      if (port === undefined) return send(`deliver(${delivered})`);
      const id = ports.push(port) - 1;
      send(`deliver(${delivered}, ${id})`);
      port.on('message', ({ data }: { data: unknown }) => send(`intoPort(${id}, ${JSON.stringify(data)})`));
      port.on('close', () => send(`closePort(${id})`));
      port.start();
    },
  );
}

/** The preload as main names it, or built here from its source: CommonJS over what a sandboxed preload gets of Electron. */
async function preloadScript(window: BrowserWindow): Promise<string> {
  const { preload } = window.options.webPreferences;
  const code =
    typeof preload === 'string' && preload !== '' ? await readFile(preload, 'utf8') : await builtPreload();
  return `(() => {
    const listeners = new Map();
    const ends = [];
    window.deliver = ([channel, message], id) => {
      if (id === undefined) return listeners.get(channel)?.({ ports: [] }, message);
      const { port1, port2 } = new MessageChannel();
      ends[id] = port2;
      port2.onmessage = (event) => fromPort(id, event.data);
      listeners.get(channel)?.({ ports: [port1] }, message);
    };
    window.intoPort = (id, data) => ends[id]?.postMessage(data);
    window.closePort = (id) => ends[id]?.close();
    const electron = {
      contextBridge: { exposeInMainWorld: (name, value) => { window[name] = value; } },
      ipcRenderer: {
        on: (channel, listener) => listeners.set(channel, listener),
        send: (channel, ...args) => toMain(channel, args),
        invoke: (channel, ...args) => askMain(channel, args),
      },
    };
    const require = (name) => { if (name === 'electron') return electron; throw new Error(name); };
    ((require, process, module, exports) => {
      ${code}
    })(require, { argv: ['--parallax-version=${app.getVersion()}'] }, { exports: {} }, {});
  })();`;
}

async function builtPreload(): Promise<string> {
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
  return output?.output[0].code ?? '';
}
