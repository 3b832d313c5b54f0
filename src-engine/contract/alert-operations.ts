/** The operations of alerts; part of the table in operations.ts. */
import { z } from 'zod';
import * as alerts from './alert-records.ts';

const nothing = z.strictObject({});
const ruleId = z.number().int().positive();
const rules = z.object({ rules: z.array(alerts.ruleStanding) });

export const alertOperations = {
  listAlerts: {
    summary: 'Alerts, newest first; the last 500 of a profile are kept.',
    input: z.strictObject({
      limit: z.number().int().min(1).max(alerts.MAX_ALERTS).default(200),
      /** Only those before this one: continues where the last page ended. */
      beforeId: ruleId.optional(),
      severity: alerts.alertSeverity.optional(),
    }),
    output: alerts.alertsView,
    role: 'viewer',
    changes: false,
  },
  acknowledgeAlerts: {
    summary: 'Acknowledges alerts: those that are named, or all.',
    input: z.strictObject({ alertIds: z.array(ruleId).max(alerts.MAX_ALERTS).optional() }),
    output: z.object({ unread: z.number().int() }),
    role: 'operator',
    changes: true,
  },
  listAlertRules: {
    summary: 'Alert rules and their current state.',
    input: nothing,
    output: rules,
    role: 'viewer',
    changes: false,
  },
  saveAlertRule: {
    summary: 'Creates a rule, or replaces the one that is named, whose state is then reset.',
    input: z.strictObject({ ruleId: ruleId.optional(), rule: alerts.alertRule }),
    output: rules,
    role: 'operator',
    changes: true,
  },
  deleteAlertRule: {
    summary: 'Removes a rule; its alerts are kept.',
    input: z.strictObject({ ruleId }),
    output: rules,
    role: 'operator',
    changes: true,
  },
} as const;
