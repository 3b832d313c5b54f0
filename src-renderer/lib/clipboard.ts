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

/** Beside the text, where Parallax copied it, for its other windows: figures in it have a point, however a window writes them. */
const EXACT_TYPE = 'application/x-parallax-exact';
const DECIMAL = /^[+-]?\d+(?:\.\d+)?$/;

/** The plain decimal in the clipboard, if Parallax itself copied it; undefined: words, or text of another program with habits of its own. */
export function exactFigureOf(clipboard: DataTransfer): string | undefined {
  const text = clipboard.getData('text/plain').trim();
  const { text: copied, ok } = useCopied.getState();
  const isOurs = clipboard.getData(EXACT_TYPE).trim() === text || (ok && copied.trim() === text);
  return isOurs && DECIMAL.test(text) ? text : undefined;
}

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
    event.clipboardData?.setData(EXACT_TYPE, text);
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
