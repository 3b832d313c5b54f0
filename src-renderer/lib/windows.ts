/**
 * The windows that panels are in: the one that holds the session, and those that were popped out of it. All of them are
 * drawn by the code of the first, so what asks for frames, focus or the clipboard asks here.
 */

const popped = new Set<Window>();

/** From now on panels are in this window too. @returns the end of it. */
export function joinWindow(joining: Window): () => void {
  popped.add(joining);
  return () => popped.delete(joining);
}

/** True while a person can see one of them. */
export function isAnyVisible(): boolean {
  return !document.hidden || [...popped].some((one) => !one.document.hidden);
}

/** The document that has the focus: a command of the trader came from there. */
export function documentInUse(): Document {
  return [...popped].find((one) => one.document.hasFocus())?.document ?? document;
}

/** Runs once, with the next frame of whichever window draws first: a hidden one has none. @returns how to withdraw it. */
export function requestFrame(run: () => void): () => void {
  const asked = new Set<() => void>();
  const withdraw = (): void => {
    for (const cancel of asked) cancel();
  };
  for (const one of [globalThis, ...popped]) {
    const cancel = (): void => one.cancelAnimationFrame(id);
    const id = one.requestAnimationFrame(() => {
      // It has come: only the other windows' are withdrawn.
      asked.delete(cancel);
      withdraw();
      run();
    });
    asked.add(cancel);
  }
  return withdraw;
}

/** What an event happened to. Not by its class: a window that was popped out has classes of its own. */
export function elementOf(target: EventTarget | null): Element | null {
  return target !== null && 'closest' in target ? (target as Element) : null;
}
