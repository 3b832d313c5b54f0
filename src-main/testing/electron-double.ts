/**
 * The few parts of Electron that the main process and the preload use, for tests without its binary. Strict:
 * whatever is not here throws. The utility process is a real child process; ports reach it over its IPC.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { PortMain, strict } from './electron-double-ports.ts';

export { PortMain } from './electron-double-ports.ts';

const SHIM = new URL('utility-shim.ts', import.meta.url).href;

type Handler = (...args: unknown[]) => unknown;

/** What the code under test has asked of Electron. `resetElectron` empties it. */
export const recorded = {
  windows: [] as BrowserWindowDouble[],
  trays: [] as TrayDouble[],
  notifications: [] as NotificationDouble[],
  children: [] as UtilityProcessDouble[],
  dialogs: [] as { message: string; detail: string; buttons: string[] }[],
  dialogAnswer: 1,
  schemes: [] as unknown[],
  protocolHandlers: new Map<string, (request: Request) => Promise<Response>>(),
  askHandlers: new Map<string, Handler>(),
  shortcuts: new Map<string, () => void>(),
  shortcutIsFree: true,
  applicationMenu: undefined as MenuDouble | undefined,
  exposed: new Map<string, unknown>(),
  sentToMain: [] as unknown[][],
  userData: '',
  quits: 0,
  relaunches: [] as { execPath: string }[],
  shown: [] as string[],
  copied: [] as string[],
  isFirstInstance: true,
  isPackaged: false,
  removedSwitches: [] as string[],
};
const initial = { ...recorded };

const appEvents = new EventEmitter();
const ipcMainEvents = new EventEmitter();
const ipcRendererEvents = new EventEmitter();
const powerEvents = new EventEmitter();

/** Ends the children and forgets everything, for the next test. */
export function resetElectron(): void {
  for (const child of recorded.children) child.process.kill('SIGKILL');
  for (const events of [appEvents, ipcMainEvents, ipcRendererEvents, powerEvents])
    events.removeAllListeners();
  for (const value of Object.values(initial)) {
    if (Array.isArray(value)) value.length = 0;
    else if (value instanceof Map) value.clear();
  }
  Object.assign(recorded, initial);
}

export const app = strict('app', {
  getVersion: () => '1.2.3-test',
  get isPackaged() {
    return recorded.isPackaged;
  },
  commandLine: strict('app.commandLine', {
    removeSwitch: (name: string) => recorded.removedSwitches.push(name),
  }),
  setAppUserModelId: (_id: string) => undefined,
  getPath: (name: string) => {
    if (name !== 'userData') throw new Error(`app.getPath('${name}') is not in the double of Electron`);
    return recorded.userData;
  },
  whenReady: () => Promise.resolve(),
  requestSingleInstanceLock: () => recorded.isFirstInstance,
  on: (event: string, listener: Handler) => appEvents.on(event, listener),
  once: (event: string, listener: Handler) => appEvents.once(event, listener),
  off: (event: string, listener: Handler) => appEvents.off(event, listener),
  emit: (event: string, ...args: unknown[]) => appEvents.emit(event, ...args),
  relaunch: (options: { execPath: string }) => recorded.relaunches.push(options),
  quit() {
    let isPrevented = false;
    appEvents.emit('before-quit', {
      preventDefault: () => {
        isPrevented = true;
      },
    });
    if (isPrevented) return;
    recorded.quits += 1;
    appEvents.emit('will-quit', {});
  },
});

export const ipcMain = strict('ipcMain', {
  on: (channel: string, listener: Handler) => ipcMainEvents.on(channel, listener),
  emit: (channel: string, ...args: unknown[]) => ipcMainEvents.emit(channel, ...args),
  handle: (channel: string, handler: Handler) => recorded.askHandlers.set(channel, handler),
  /** What `ipcRenderer.invoke` does at this end; values are copied on their way, as between processes. */
  async invoke(channel: string, event: object, ...args: unknown[]): Promise<unknown> {
    const handler = recorded.askHandlers.get(channel);
    if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(event, ...structuredClone(args)));
  },
});

export const ipcRenderer = strict('ipcRenderer', {
  on: (channel: string, listener: Handler) => ipcRendererEvents.on(channel, listener),
  emit: (channel: string, ...args: unknown[]) => ipcRendererEvents.emit(channel, ...args),
  send: (...args: unknown[]) => recorded.sentToMain.push(args),
  invoke: (...args: unknown[]) => Promise.resolve(recorded.sentToMain.push(args)),
});

export const contextBridge = strict('contextBridge', {
  exposeInMainWorld: (name: string, value: unknown) => recorded.exposed.set(name, value),
});

export const powerMonitor = strict('powerMonitor', {
  on: (event: string, listener: Handler) => powerEvents.on(event, listener),
  emit: (event: string) => powerEvents.emit(event),
});

export const globalShortcut = strict('globalShortcut', {
  register(accelerator: string, callback: () => void): boolean {
    if (!recorded.shortcutIsFree) return false;
    recorded.shortcuts.set(accelerator, callback);
    return true;
  },
  unregisterAll: () => recorded.shortcuts.clear(),
});

export const protocol = strict('protocol', {
  registerSchemesAsPrivileged: (schemes: unknown[]) => recorded.schemes.push(...schemes),
  handle: (scheme: string, handler: (request: Request) => Promise<Response>) =>
    recorded.protocolHandlers.set(scheme, handler),
});

/** Tests of updates bring a network of their own. */
export const net = strict('net', {});

export const shell = strict('shell', {
  openPath: (path: string) => Promise.resolve(recorded.shown.push(path) > 0 ? '' : 'no'),
  showItemInFolder: (path: string) => recorded.shown.push(path),
});

export const clipboard = strict('clipboard', { writeText: (text: string) => recorded.copied.push(text) });

export const dialog = strict('dialog', {
  showMessageBox(options: { message: string; detail: string; buttons: string[] }) {
    recorded.dialogs.push(options);
    return Promise.resolve({ response: recorded.dialogAnswer });
  },
});

/** One display of 1920 × 1080, of which a bar at the top takes 40. */
export const screen = strict('screen', {
  getDisplayMatching: () => ({ workArea: { x: 0, y: 40, width: 1_920, height: 1_040 } }),
});

export const nativeImage = strict('nativeImage', { createFromPath: (path: string) => ({ path }) });

type MenuItem = { label?: string; role?: string; click?: () => void; submenu?: MenuItem[] };

class MenuDouble {
  readonly items: MenuItem[];
  constructor(items: MenuItem[]) {
    this.items = items;
  }
  /** Clicks the item of that label, wherever in the menu it is. */
  click(label: string): void {
    const all = this.items.flatMap((item) => [item, ...(item.submenu ?? [])]);
    const item = all.find((candidate) => candidate.label === label);
    if (item?.click === undefined) throw new Error(`no menu item "${label}"`);
    item.click();
  }
}

export const Menu = strict('Menu', {
  buildFromTemplate: (items: MenuItem[]) => new MenuDouble(items),
  setApplicationMenu: (menu: MenuDouble) => {
    recorded.applicationMenu = menu;
  },
});

type NotificationOptions = { title: string; body: string; silent: boolean; urgency: string };

class NotificationDouble {
  readonly options: NotificationOptions;
  readonly events = new EventEmitter();
  isShown = false;
  isClosed = false;
  constructor(options: NotificationOptions) {
    this.options = options;
    recorded.notifications.push(this);
    return strict('Notification', this);
  }
  static isSupported(): boolean {
    return true;
  }
  on(event: string, listener: Handler): void {
    this.events.on(event, listener);
  }
  show(): void {
    this.isShown = true;
  }
  close(): void {
    this.isClosed = true;
  }
}
export { NotificationDouble as Notification };

class TrayDouble {
  toolTip = '';
  menu: MenuDouble | undefined;
  isDestroyed = false;
  readonly events = new EventEmitter();
  readonly image: unknown;
  constructor(image: unknown) {
    this.image = image;
    recorded.trays.push(this);
    return strict('Tray', this);
  }
  on(event: string, listener: Handler): void {
    this.events.on(event, listener);
  }
  setToolTip(text: string): void {
    this.toolTip = text;
  }
  setContextMenu(menu: MenuDouble): void {
    this.menu = menu;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}
export { TrayDouble as Tray };

class SessionDouble {
  requestHandler:
    | ((contents: unknown, permission: string, callback: (ok: boolean) => void) => void)
    | undefined;
  checkHandler: (() => boolean) | undefined;
  deviceHandler: (() => boolean) | undefined;
  setPermissionRequestHandler(handler: SessionDouble['requestHandler']): void {
    this.requestHandler = handler;
  }
  setPermissionCheckHandler(handler: SessionDouble['checkHandler']): void {
    this.checkHandler = handler;
  }
  setDevicePermissionHandler(handler: SessionDouble['deviceHandler']): void {
    this.deviceHandler = handler;
  }
}

class WebContentsDouble {
  readonly session = strict('Session', new SessionDouble());
  readonly events = new EventEmitter();
  readonly posted: { channel: string; message: unknown; ports: PortMain[] }[] = [];
  openHandler:
    | ((details: { url: string }) => { action: string; overrideBrowserWindowOptions?: object })
    | undefined;
  reloads = 0;
  on(event: string, listener: Handler): void {
    this.events.on(event, listener);
  }
  setWindowOpenHandler(handler: WebContentsDouble['openHandler']): void {
    this.openHandler = handler;
  }
  postMessage(channel: string, message: unknown, ports: PortMain[]): void {
    this.posted.push({ channel, message: structuredClone(message), ports });
    this.events.emit('posted', { channel, message, ports });
  }
  reload(): void {
    this.reloads += 1;
    this.events.emit('reload');
  }
}

class BrowserWindowDouble {
  readonly webContents = strict('WebContents', new WebContentsDouble());
  readonly events = new EventEmitter();
  readonly options: { readonly webPreferences: Record<string, unknown> };
  url = '';
  isHidden = false;
  focuses = 0;
  minimized = false;
  bounds = { x: 0, y: 0, width: 800, height: 600 };
  isDestroyed = false;
  constructor(options: BrowserWindowDouble['options']) {
    this.options = options;
    recorded.windows.push(this);
    return strict('BrowserWindow', this);
  }
  on(event: string, listener: Handler): void {
    this.events.on(event, listener);
  }
  once(event: string, listener: Handler): void {
    this.events.once(event, listener);
  }
  loadURL(url: string): Promise<void> {
    this.url = url;
    return Promise.resolve();
  }
  show(): void {
    this.isHidden = false;
  }
  focus(): void {
    this.focuses += 1;
  }
  getBounds(): BrowserWindowDouble['bounds'] {
    return this.bounds;
  }
  setPosition(x: number, y: number): void {
    this.bounds = { ...this.bounds, x, y };
  }
  destroy(): void {
    this.isDestroyed = true;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
}
export { BrowserWindowDouble as BrowserWindow };

export class MessageChannelMain {
  readonly port1: PortMain;
  readonly port2: PortMain;
  constructor() {
    [this.port1, this.port2] = PortMain.pair();
  }
}

type FromChild =
  | { kind: 'message'; data: unknown }
  | { kind: 'port-message'; id: number; data: unknown }
  | { kind: 'port-close'; id: number };

/** As in Electron, what is sent to a process that is gone is lost without an error. */
function sendTo(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => undefined);
}

class UtilityProcessDouble {
  readonly process: ChildProcess;
  readonly events = new EventEmitter();
  readonly args: string[];
  readonly ports = new Map<number, PortMain>();
  constructor(entry: string, args: string[]) {
    this.args = args;
    this.process = fork(entry, args, { execArgv: ['--import', SHIM] });
    this.process.on('spawn', () => this.events.emit('spawn'));
    this.process.on('message', (message: FromChild) => this.receive(message));
    this.process.on('exit', (code) => {
      for (const port of this.ports.values()) port.close();
      this.events.emit('exit', code ?? 137);
    });
  }
  get pid(): number | undefined {
    return this.process.pid;
  }
  on(event: string, listener: Handler): void {
    this.events.on(event, listener);
  }
  once(event: string, listener: Handler): void {
    this.events.once(event, listener);
  }
  kill(): boolean {
    return this.process.kill();
  }
  postMessage(data: unknown, ports: PortMain[]): void {
    const ids = ports.map((port) => this.transfer(port));
    sendTo(this.process, { kind: 'message', data, ids });
  }
  transfer(port: PortMain): number {
    const id = this.ports.size + 1;
    this.ports.set(id, port);
    port.on('message', ({ data }: { data: unknown }) =>
      sendTo(this.process, { kind: 'port-message', id, data }),
    );
    port.on('close', () => {
      sendTo(this.process, { kind: 'port-close', id });
    });
    port.start();
    return id;
  }
  receive(message: FromChild): void {
    if (message.kind === 'message') this.events.emit('message', message.data);
    else if (message.kind === 'port-message') this.ports.get(message.id)?.postMessage(message.data);
    else this.ports.get(message.id)?.close();
  }
}

export const utilityProcess = strict('utilityProcess', {
  fork(entry: string, args: string[]): UtilityProcessDouble {
    const child = strict('UtilityProcess', new UtilityProcessDouble(entry, args));
    recorded.children.push(child);
    return child;
  },
});
