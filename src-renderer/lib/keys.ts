/** Keys as they are pressed, written and bound: `Ctrl+Shift+P`, `Alt+1`, `F6`, `w`. */

export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Marks what waits for a key as its answer: the window's shortcuts rest there, all but the kill switch. */
export const ASKS_FOR_KEY = 'data-asks-for-key';

/** What has no meaning alone. */
const MODIFIERS: ReadonlySet<string> = new Set([
  'control',
  'shift',
  'alt',
  'meta',
  'altgraph',
  'capslock',
  'dead',
  'process',
  'unidentified',
]);

/** As it is written; undefined for a modifier alone. Ctrl and the Mac's command key are one. A sign's Shift belongs to the sign. */
export function keyText({ key, ctrlKey, metaKey, shiftKey, altKey }: KeyPress): string | undefined {
  const name = key.toLowerCase();
  if (MODIFIERS.has(name) || name === '') return undefined;
  const isStrong = ctrlKey || metaKey || altKey;
  const isSign = name.length === 1;
  return [
    ctrlKey || metaKey ? 'Ctrl+' : '',
    altKey ? 'Alt+' : '',
    // Shift makes another letter of one, and Caps Lock does too: alone they mean the same key.
    shiftKey && (isStrong || !isSign) ? 'Shift+' : '',
    isSign ? (isStrong ? name.toUpperCase() : name) : `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`,
  ].join('');
}

/** Whether it works while something is typed: what types no sign. */
export function worksWhileTyping(text: string): boolean {
  return text.startsWith('Ctrl+') || text.startsWith('Alt+') || /^(?:Shift\+)?F\d+$/.test(text);
}
