/** What is searched for in the settings; empty: all of them are shown. */
import { createContext } from 'react';

export const SettingsSearch = createContext('');
