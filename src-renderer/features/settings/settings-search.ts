/** What is searched for in the settings; empty: all of them are shown. */
import { createContext, useContext } from 'react';
import { textFits } from './fields.ts';

export const SettingsSearch = createContext('');

/** Whether a setting with these texts is shown, given what is searched for. */
export function useFits(...texts: readonly string[]): boolean {
  return textFits(texts, useContext(SettingsSearch));
}
