/** Sleep and waking: the engine must not trade on books from before the nap. */
import { powerMonitor } from 'electron';

export function watchPower(onPower: (state: 'suspend' | 'resume') => void): void {
  powerMonitor.on('suspend', () => onPower('suspend'));
  powerMonitor.on('resume', () => onPower('resume'));
}
