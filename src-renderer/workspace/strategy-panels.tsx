/** Rows of the table in panels.tsx: strategies of the session, and the registry of models. */
import { Brain, Network } from 'lucide-react';
import { ModelsPanel } from '../features/models/models-panel.tsx';
import { StrategiesPanel } from '../features/strategies/strategies-panel.tsx';

export const STRATEGY_PANELS = {
  strategies: {
    title: 'Strategies',
    group: 'Trading',
    icon: Brain,
    component: StrategiesPanel,
    about: 'Strategies of the session: mode, decisions, profit after costs, why not traded',
  },
  models: {
    title: 'Models',
    group: 'Research',
    icon: Network,
    component: ModelsPanel,
    about: 'Champion and challenger of each model, its verdict, walk-forward, reliability and drift',
  },
} as const;
