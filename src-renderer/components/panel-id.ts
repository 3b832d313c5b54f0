import { createContext } from 'react';

/** The name of the panel around: what is kept for a panel is kept under it. Empty outside of the workspace. */
export const PanelId = createContext('');
