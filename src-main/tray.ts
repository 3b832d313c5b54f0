/** The tray: how real the run is, whether it is stopped, and the kill switch. */
import { Menu, nativeImage, Tray } from 'electron';
import type { EngineNotice } from '../src-engine/contract/host-messages.ts';

export type Mode = Extract<EngineNotice, { t: 'mode' }>;

type TrayActions = { readonly onShow: () => void; readonly onKill: () => void; readonly onQuit: () => void };

export class AppTray {
  readonly #tray: Tray;
  readonly #actions: TrayActions;
  #state = 'starting';
  /** Behind the state, where it is another machine's. */
  #place = '';
  #note = '';
  #shown: string | undefined;

  constructor(iconPath: string, actions: TrayActions) {
    this.#tray = new Tray(nativeImage.createFromPath(iconPath));
    this.#actions = actions;
    this.#tray.on('click', actions.onShow);
    this.#show();
  }

  setMode(mode: Mode): void {
    this.#state = describeMode(mode);
    this.#show();
  }

  /** In place of a mode: `engine stopped`. */
  setState(state: string): void {
    this.#state = state;
    this.#show();
  }

  /** @param engine host name of an engine elsewhere; empty: that of this machine. */
  setPlace(engine: string): void {
    this.#place = engine === '' ? '' : ` · at ${engine}`;
    this.#show();
  }

  /** A line that stays: what the operator has to know about this machine. */
  setNote(note: string): void {
    this.#note = note;
    this.#show();
  }

  destroy(): void {
    this.#tray.destroy();
  }

  #show(): void {
    const shown = `${this.#state}${this.#place}\n${this.#note}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.#tray.setToolTip(`Parallax · ${this.#state}${this.#place}`);
    this.#tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: `${this.#state}${this.#place}`, enabled: false },
        ...(this.#note === '' ? [] : [{ label: this.#note, enabled: false }]),
        { type: 'separator' },
        { label: 'Show window', click: this.#actions.onShow },
        { label: 'Kill switch', click: this.#actions.onKill },
        { type: 'separator' },
        { label: 'Quit', click: this.#actions.onQuit },
      ]),
    );
  }
}

/** `PAPER · simulated market · killed` */
export function describeMode(mode: Mode): string {
  const parts = [mode.mode === null ? 'no profile chosen' : mode.mode.toUpperCase()];
  if (mode.simulatedMarket) parts.push('simulated market');
  if (mode.killed) parts.push('killed');
  else if (mode.paused) parts.push('paused');
  return parts.join(' · ');
}
