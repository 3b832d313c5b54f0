/** Listening to windows: only to the top frame of our own page, and only to what fits the channel. */
import { ipcMain, type WebContents } from 'electron';
import type { z } from 'zod';
import { isOwnUrl } from './app-protocol.ts';

/** @param schema of the arguments as one array. A message that does not fit, or comes from elsewhere, is dropped. */
export function onFromWindow<T>(
  channel: string,
  schema: z.ZodType<T>,
  handler: (sender: WebContents, args: T) => void,
): void {
  ipcMain.on(channel, (event, ...args: unknown[]) => {
    const frame = event.senderFrame;
    if (frame === null || frame.parent !== null || !isOwnUrl(frame.url)) return;
    const parsed = schema.safeParse(args);
    if (parsed.success) handler(event.sender, parsed.data);
  });
}
