/** The kill shortcut, which works in whatever window the trader is. */
import { app, globalShortcut } from 'electron';

export const KILL_ACCELERATOR = 'CommandOrControl+Shift+K';

/** @returns false when another program holds the shortcut; the operator has to be notified. */
export function registerKillShortcut(onKill: () => void): boolean {
  app.on('will-quit', () => globalShortcut.unregisterAll());
  return globalShortcut.register(KILL_ACCELERATOR, onKill);
}
