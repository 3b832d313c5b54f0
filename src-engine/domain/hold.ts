/** Set while the program is about to be replaced by another version: nothing begins that its end would break off. */
import { UserError } from './errors.ts';

export class Hold {
  #isOn = false;

  set(isOn: boolean): void {
    this.#isOn = isOn;
  }

  /** @param field what would begin. @throws UserError while it is set. */
  demandOff(field: string): void {
    if (!this.#isOn) return;
    throw new UserError({
      code: 'being-replaced',
      field,
      message: 'cannot begin: another version of Parallax is being installed',
      remedy: 'Wait until it has started.',
    });
  }
}
