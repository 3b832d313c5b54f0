/** Alerts and their rules in words. */
import type {
  Alert,
  AlertRule,
  AlertSeverity,
  RuleStanding,
} from '../../../src-engine/contract/alert-records.ts';
import { groupThousands } from '../../lib/decimal-text.ts';
import type { Tone } from '../../lib/words.ts';

type Word = { readonly label: string; readonly explain: string; readonly tone: Tone };

export const SEVERITY_WORDS: Readonly<Record<AlertSeverity, Word>> = {
  critical: { label: 'Critical', explain: 'Money or control is at risk: act now.', tone: 'bad' },
  warning: { label: 'Warning', explain: 'Something is not normal: check it.', tone: 'warn' },
  info: { label: 'Info', explain: 'For information.', tone: 'info' },
};

export const RULE_STATES: Readonly<Record<RuleStanding['state'], Word>> = {
  armed: { label: 'Active', explain: 'Fires when its threshold is reached.', tone: 'good' },
  waiting: {
    label: 'Waiting',
    explain:
      'It has fired, or its price was already beyond the threshold: active again once the value has moved back.',
    tone: 'info',
  },
  unknown: {
    label: 'No value',
    explain: 'No value to check: no such live book here.',
    tone: 'warn',
  },
  off: { label: 'Off', explain: 'Not checked.', tone: 'quiet' },
};

/** What each panel is called in the button that opens it. */
export const PANEL_WORDS: Readonly<Record<Alert['panel'], string>> = {
  risk: 'Risk',
  account: 'Account',
  health: 'Engine health',
  executions: 'Executions',
  orders: 'Orders',
  opportunities: 'Opportunities',
  profit: 'Profit',
  book: 'Book',
  audit: 'Audit',
  logs: 'Logs',
  venues: 'Venues',
  inventory: 'Inventory',
  strategies: 'Strategies',
  funding: 'Funding',
};

/** A rule as a sentence. */
export function ruleText(rule: AlertRule): string {
  switch (rule.kind) {
    case 'price':
      return `${rule.symbol} crosses ${groupThousands(rule.price)} from ${rule.side === 'above' ? 'below' : 'above'}`;
    case 'edge':
      return `a net edge of ${rule.netBps} bps or more`;
    case 'drawdown':
      return `a drawdown of ${rule.pct} % or more`;
    case 'stale':
      return `${rule.symbol === '' ? 'any book' : `the book of ${rule.symbol}`} not live for ${rule.seconds} s`;
  }
}

/** When a rule is active again after it fired. */
export function rearmText(rule: AlertRule): string {
  const rest = `${rule.restS} s have passed`;
  switch (rule.kind) {
    case 'price':
      return `back by ${rule.backBy} % and ${rest}`;
    case 'edge':
      return `back by ${rule.backBy} bps and ${rest}`;
    case 'drawdown':
      return `back by ${rule.backBy} points and ${rest}`;
    case 'stale':
      return `all live again and ${rest}`;
  }
}

/** The value that a rule checks, with its unit. */
export function valueText({ rule, value }: RuleStanding): string {
  if (value === null) return '';
  if (rule.kind === 'price') return groupThousands(value);
  const isFigure = /\d/.test(value);
  const unit = { edge: 'bps', drawdown: '%', stale: 's' }[rule.kind];
  return isFigure ? `${value} ${unit}` : value;
}
