/** Rows of the table in panels.tsx: funding with its carries, strategies of the session, its portfolio, and the registry of models. */
import { Brain, Network, Percent, Scale } from 'lucide-react';
import { FundingPanel } from '../features/funding/funding-panel.tsx';
import { ModelsPanel } from '../features/models/models-panel.tsx';
import { PortfolioPanel } from '../features/portfolio/portfolio-panel.tsx';
import { StrategiesPanel } from '../features/strategies/strategies-panel.tsx';

export const STRATEGY_PANELS = {
  funding: {
    title: 'Funding',
    group: 'Market',
    icon: Percent,
    component: FundingPanel,
    about: 'Perpetuals beside the spot market: funding, basis, open interest; carries on paper',
  },
  strategies: {
    title: 'Strategies',
    group: 'Trading',
    icon: Brain,
    component: StrategiesPanel,
    about: 'Strategies of the session: mode, decisions, profit after costs, why not traded',
  },
  portfolio: {
    title: 'Portfolio',
    group: 'Trading',
    icon: Scale,
    component: PortfolioPanel,
    about:
      'Target shares of coins beside what is held: proposed trades, their cost and benefit, why not traded',
  },
  models: {
    title: 'Models',
    group: 'Research',
    icon: Network,
    component: ModelsPanel,
    about: 'Champion and challenger of each model, its verdict, walk-forward, reliability and drift',
  },
} as const;
