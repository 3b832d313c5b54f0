/** What the desktop itself remembers between two starts: a small file without secrets in Electron's folder for the user. */
import { app } from 'electron';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const FILE = 'desktop.json';

const desktopSettings = z.object({
  /** Origin of the engine elsewhere that this desktop is attached to; null: the engine of this machine. */
  remote: z.string().max(500).nullable().catch(null),
  /** What the trader has set in the window; main has to know it when the window hangs. */
  notes: z.boolean().catch(true),
  sounds: z.boolean().catch(false),
  /** Address of the feed of updates; empty: off; null: the one that this program was built with. */
  updateFeed: z.string().max(500).nullable().catch(null),
});
export type DesktopSettings = z.infer<typeof desktopSettings>;

/** What cannot be read is as if it was never set. */
export function loadSettings(): DesktopSettings {
  try {
    return desktopSettings.parse(JSON.parse(readFileSync(path(), 'utf8')));
  } catch {
    return desktopSettings.parse({});
  }
}

/** @returns false when it cannot be written: the desktop goes on, and forgets. */
export function saveSettings(changed: Partial<DesktopSettings>): boolean {
  const settings = { ...loadSettings(), ...changed };
  const draft = `${path()}.draft`;
  try {
    mkdirSync(app.getPath('userData'), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(settings)}\n`, { mode: 0o600 });
    renameSync(draft, path());
    return true;
  } catch {
    return false;
  }
}

function path(): string {
  return join(app.getPath('userData'), FILE);
}
