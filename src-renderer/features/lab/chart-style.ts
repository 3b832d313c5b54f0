/** One look for all charts of the lab: colours from the tokens, figures in the mono face. */
import {
  ColorType,
  createChart,
  CrosshairMode,
  type IChartApi,
  LineStyle,
  type PriceFormatCustom,
} from 'lightweight-charts';
import { groupThousands } from '../../lib/decimal-text.ts';

export function tokenOf(element: HTMLElement, name: string): string {
  return getComputedStyle(element).getPropertyValue(name).trim();
}

/** Figures on an axis as they are written everywhere else in the window. */
export function figureFormat(places: number): PriceFormatCustom {
  const formatter = (value: number): string => groupThousands(value.toFixed(places));
  return { type: 'custom', minMove: 10 ** -places, formatter };
}

/** @param timeText of a time in seconds, for the crosshair. @param tickText the same for the axis, where room is scarce. */
export function formatTimes(
  chart: IChartApi,
  timeText: (seconds: number) => string,
  tickText: (seconds: number) => string = timeText,
): void {
  chart.applyOptions({
    localization: { timeFormatter: (time: number) => timeText(time) },
    timeScale: { tickMarkFormatter: (time: number) => tickText(time) },
  });
}

export function makeLabChart(host: HTMLElement): IChartApi {
  const dim = tokenOf(host, '--text-dim');
  return createChart(host, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: 'transparent' },
      textColor: dim,
      fontFamily: tokenOf(host, '--font-mono'),
      fontSize: 10,
      // The notice of its authors is in the help.
      attributionLogo: false,
      panes: { separatorColor: tokenOf(host, '--line'), enableResize: false },
    },
    grid: {
      vertLines: { visible: false },
      horzLines: { color: tokenOf(host, '--line-soft'), style: LineStyle.Dotted },
    },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.1, bottom: 0.1 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      secondsVisible: true,
      rightOffset: 2,
      // All of a curve is visible, however many points it has.
      minBarSpacing: 0.01,
    },
    crosshair: {
      mode: CrosshairMode.Magnet,
      vertLine: { color: dim, labelVisible: true },
      horzLine: { color: dim, labelVisible: true },
    },
  });
}
