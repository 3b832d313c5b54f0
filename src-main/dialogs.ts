/** What a person must decide or know at once, whatever the window does: the system's own dialogs. */
import { app, dialog } from 'electron';

const TITLE = 'Parallax';

/** The engine of this machine has been given up. */
export async function askToStartAgain(reason: string, startAgain: () => void): Promise<void> {
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: TITLE,
    message: 'The trading engine is not running',
    detail: `${reason}\n\nNo order is sent. Its next start reads the open orders from the venues.`,
    buttons: ['Start again', 'Quit'],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) startAgain();
  else app.quit();
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
