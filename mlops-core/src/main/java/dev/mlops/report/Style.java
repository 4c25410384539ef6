package dev.mlops.report;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * Colours and sizes, in light and dark. Text and lines keep a contrast of 4.5 to 1 to what is
 * behind them (WCAG 2.2, level AA), which a test computes.
 */
final class Style {
  static final String LIGHT = "#ffffff";
  static final String DARK = "#14181d";

  /** Colours of lines on a light page. */
  static final List<String> ON_LIGHT =
      List.of(
          "#1f5fa8", "#b3480f", "#24733a", "#7a4fa3", "#7d5a00", "#a3265e", "#006b73", "#565c63");

  /** The same on a dark page. */
  static final List<String> ON_DARK =
      List.of(
          "#7fb2f0", "#f0a070", "#7fcf8f", "#c3a0e8", "#e0bb5a", "#f090b8", "#5fd0d8", "#b0b8c0");

  private static final int DASHES = 4;

  private static final String PALETTE =
      """
      :root{color-scheme:light dark;--page:%s;--ink:#1c2430;--soft:#4a5666;--grid:#dde3ea;--axis:#6b7684;--limit:#a32020;--bar:#1f5fa8;%s}
      @media (prefers-color-scheme:dark){:root{--page:%s;--ink:#e6ebf0;--soft:#b3bdc8;--grid:#2c343d;--axis:#8d99a6;--limit:#ff9a92;--bar:#7fb2f0;%s}}
      """
          .formatted(LIGHT, variables(ON_LIGHT), DARK, variables(ON_DARK));

  private static final String DRAWINGS =
      """
      .chart{font:12px system-ui,sans-serif;background:var(--page)}
      .chart text{fill:var(--ink);unicode-bidi:isolate}
      .chart .title{font-size:14px;font-weight:600}
      .chart .tick,.chart .note,.chart .name{fill:var(--soft)}
      .chart .nothing{fill:var(--soft);font-style:italic}
      .chart .e{text-anchor:end}
      .chart .m{text-anchor:middle}
      .chart .grid{stroke:var(--grid)}
      .chart .axis{stroke:var(--axis)}
      .chart .limit,.chart .mark{stroke:var(--limit);stroke-dasharray:5 4;fill:none}
      .chart .mark{stroke:var(--axis);stroke-dasharray:2 3}
      .chart .line{fill:none;stroke-width:1.8;stroke-linejoin:round}
      .chart .bar{fill:var(--bar)}
      .chart .whisker{stroke:var(--ink);stroke-width:1.5;fill:none}
      .chart .band{fill-opacity:.16;stroke:none}
      .chart .lead{stroke-width:.8;stroke-dasharray:1 2}
      .chart .d1{stroke-dasharray:8 3}
      .chart .d2{stroke-dasharray:2.5 2.5}
      .chart .d3{stroke-dasharray:9 3 2 3}
      """
          + colours();

  private static final String PAGE =
      """
      body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--page);max-width:760px;margin:0 auto;padding:20px 12px 60px;overflow-wrap:anywhere}
      h1{font-size:26px;line-height:1.25;margin:8px 0 10px}
      h2{font-size:19px;line-height:1.3;margin:34px 0 6px;border-top:1px solid var(--grid);padding-top:18px}
      h1,h2,p,th,td,dt,dd{unicode-bidi:isolate}
      p{margin:6px 0 12px;max-width:68ch}
      figure{margin:14px 0}
      .chart{display:block;width:100%;height:auto}
      .narrow{display:none}
      @media (max-width:640px){.wide{display:none}.narrow{display:block;max-width:440px}}
      .table{overflow-x:auto;margin:12px 0}
      .table:focus-visible{outline:2px solid var(--bar)}
      table{border-collapse:collapse;font-size:14px;min-width:50%}
      th{text-align:left;color:var(--soft);font-weight:600;border-bottom:1px solid var(--axis);padding:4px 14px 4px 0;vertical-align:bottom}
      td{border-bottom:1px solid var(--grid);padding:4px 14px 4px 0;vertical-align:top}
      th{overflow-wrap:normal}
      td.t{min-width:8em}
      td.time{white-space:nowrap}
      th.n,td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
      .remark{color:var(--soft);font-size:14px}
      .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:14px 0}
      .figures div{border:1px solid var(--grid);border-radius:8px;padding:8px 12px}
      dt{color:var(--soft);font-size:14px}
      dd{margin:0}
      dd.value{font-size:26px;line-height:1.3;font-weight:600}
      dd.why{font-size:14px;color:var(--soft)}
      @media print{body{max-width:none}}
      """;

  /** The style of a chart that is a file of its own. */
  static final String CHARTS = PALETTE + DRAWINGS;

  /** The style of a page. */
  static final String ALL = CHARTS + PAGE;

  private Style() {}

  private static String variables(List<String> colours) {
    StringBuilder variables = new StringBuilder();
    for (int i = 0; i < colours.size(); i++) {
      variables.append("--s").append(i).append(':').append(colours.get(i)).append(';');
    }
    return variables.toString();
  }

  private static String colours() {
    StringBuilder rules = new StringBuilder();
    for (int i = 0; i < ON_LIGHT.size(); i++) {
      rules.append(
          """
          .chart .line.s%1$d,.chart .lead.s%1$d{stroke:var(--s%1$d)}
          .chart .dot.s%1$d,.chart .band.s%1$d,.chart .end.s%1$d{fill:var(--s%1$d)}
          """
              .formatted(i));
    }
    return rules.toString();
  }

  /** The class of a line's colour. */
  static String colour(int line) {
    return "s" + line % ON_LIGHT.size();
  }

  /** The class of a line's dashes: lines of one colour have other dashes. */
  static String dashes(int line) {
    return "d" + (line + line / ON_LIGHT.size()) % DASHES;
  }

  /** The policy that allows this style, and nothing else. */
  static String policy() {
    return "default-src 'none'; style-src 'sha256-"
        + digest()
        + "'; base-uri 'none'; form-action 'none'";
  }

  private static String digest() {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(ALL.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java runtime has no SHA-256", e);
    }
  }
}
