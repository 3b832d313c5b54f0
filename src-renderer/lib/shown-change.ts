/** A change of a setting as the window writes figures. */
import { type SettingChange, settingChangeText } from '../../src-engine/domain/setting-text.ts';
import { shownValue } from './decimal-text.ts';

/** `Max. position: 2,5 → 4 %` beside a decimal comma. */
export const shownChange = (change: SettingChange): string =>
  settingChangeText({ ...change, from: shownValue(change.from), to: shownValue(change.to) });
