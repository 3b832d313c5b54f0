/** What a person must decide or know at once, whatever the window does: the system's own dialogs. */
import { app, dialog } from 'electron';

const TITLE = 'Parallax';

/**
 * The engine of this machine has been given up.
 * @param ways `previous`: the version before, where its package is kept here; `goBack` gives what has to be done or known then, or nothing
 * where this program ends for it.
 */
export async function askToStartAgain(
  reason: string,
  ways: {
    readonly startAgain: () => void;
    readonly previous: string;
    readonly goBack: () => Promise<string>;
  },
): Promise<void> {
  const back = ways.previous === '' ? [] : [`Go back to ${ways.previous}`];
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: TITLE,
    message: 'The trading engine is not running',
    detail: `${reason}\n\nNo order is sent. Its next start reads the open orders from the venues.`,
    buttons: ['Start again', ...back, 'Quit'],
    defaultId: 0,
    cancelId: 1 + back.length,
  });
  if (response === 0) return ways.startAgain();
  if (response > back.length) return app.quit();
  const then = await ways.goBack();
  if (then !== '') await askToStartAgain(then, ways);
}

/** An engine elsewhere cannot be used: another one is never taken unasked. */
export async function askForAnotherEngine(
  reason: string,
  ways: { readonly useOwn: () => void; readonly enter: () => void },
): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: TITLE,
    message: 'The remote engine cannot be used',
    detail: `${reason}\n\nThe engine itself keeps running: this desktop is not connected to it.`,
    buttons: ['Use the engine of this machine', 'Enter address and token', 'Quit'],
    defaultId: 0,
    cancelId: 2,
  });
  if (response === 0) ways.useOwn();
  else if (response === 1) ways.enter();
  else app.quit();
}

export async function reportNotKilled(why: string): Promise<void> {
  await dialog.showMessageBox({
    type: 'error',
    title: TITLE,
    message: 'NOT KILLED',
    detail: `${why}.\n\nTo stop trading, run "parallax kill" on the machine of the engine.`,
    buttons: ['OK'],
  });
}
