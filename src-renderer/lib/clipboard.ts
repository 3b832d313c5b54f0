/** Into the clipboard, and what was copied last, so that the window can say so. */
import { create } from 'zustand';
import { documentInUse } from './windows.ts';

type Copied = {
  readonly text: string;
  readonly ok: boolean;
  /** Counts copies: the same text may be copied twice. */
  readonly times: number;
};

export const useCopied = create<Copied>()(() => ({ text: '', ok: true, times: 0 }));

/** Copies and shows a notice; true when it is in the clipboard. */
export async function copyText(text: string): Promise<boolean> {
  const ok = await write(text);
  useCopied.setState(({ times }) => ({ text, ok, times: times + 1 }));
  return ok;
}

/**
 * As the answer to a copy command first: that needs no permission, and the desktop's window has none. The asynchronous
 * way is for pages in which commands are off.
 */
async function write(text: string): Promise<boolean> {
  const inUse = documentInUse();
  let taken = false;
  const answer = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
    event.stopImmediatePropagation();
    taken = true;
  };
  inUse.addEventListener('copy', answer, { capture: true });
  try {
    inUse.execCommand('copy');
  } finally {
    inUse.removeEventListener('copy', answer, { capture: true });
  }
  if (taken) return true;
  try {
    await (inUse.defaultView ?? window).navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
