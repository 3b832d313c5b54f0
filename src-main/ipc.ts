/** Listening to windows: only to the top frame of our own page, and only to what fits the channel. */
import { ipcMain, type IpcMainEvent, type IpcMainInvokeEvent, type WebContents } from 'electron';
import type { z } from 'zod';
import { isOwnUrl } from './app-protocol.ts';

/** @param schema of the arguments as one array. A message that does not fit, or comes from elsewhere, is dropped. */
export function onFromWindow<T>(
  channel: string,
  schema: z.ZodType<T>,
  handler: (sender: WebContents, args: T) => void,
): void {
  ipcMain.on(channel, (event, ...args: unknown[]) => {
    if (!isFromOwnPage(event)) return;
    const parsed = schema.safeParse(args);
    if (parsed.success) handler(event.sender, parsed.data);
  });
}

/** The same for a question. One that does not fit, or comes from elsewhere, is refused without a reason. */
export function answerWindow<T, Answer>(
  channel: string,
  schema: z.ZodType<T>,
  handler: (sender: WebContents, args: T) => Promise<Answer>,
): void {
  ipcMain.handle(channel, async (event, ...args: unknown[]) => {
    const parsed = isFromOwnPage(event) ? schema.safeParse(args) : undefined;
    if (parsed?.success !== true) throw new Error('refused');
    return handler(event.sender, parsed.data);
  });
}

function isFromOwnPage({ senderFrame: frame }: IpcMainEvent | IpcMainInvokeEvent): boolean {
  return frame !== null && frame.parent === null && isOwnUrl(frame.url);
}
