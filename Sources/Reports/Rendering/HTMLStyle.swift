/// How a report's page looks: light, dark, narrow and printed.
enum HTMLStyle {
  static let sheet = colors + page + fields + figures + narrow + print

  private static let colors = """
    :root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1f2328;--soft:#59636e;
    --line:#dfe3e8;--brand:#1f66b8;--tint:#eaf1fa;--warn:#fdf3dc;--warn-ink:#6b4a00;
    --alarm:#a82c06;--chart-paper:var(--card)}
    @media screen and (prefers-color-scheme:dark){:root{--page:#0e1216;--card:#161b21;
    --ink:#e8ecf1;--soft:#a0aab5;--line:#2b323a;--brand:#6cbcf8;--tint:#1a2735;--warn:#2e2612;
    --warn-ink:#f2d08a;--alarm:#ff9a66}}

    """

  private static let page = """
    *{box-sizing:border-box}
    html{scroll-behavior:smooth;-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--page);color:var(--ink);
    font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,
    "Liberation Sans","DejaVu Sans",sans-serif}
    header,nav,main{max-width:860px;margin:0 auto;padding:0 20px}
    header{padding-top:48px}
    .kicker{margin:0;color:var(--brand);font-size:13px;font-weight:600;letter-spacing:.09em;
    text-transform:uppercase}
    h1{margin:4px 0 8px;font-size:38px;line-height:1.15;letter-spacing:-.015em;
    overflow-wrap:anywhere}
    .lead{margin:0 0 10px;font-size:18px}
    .use{margin:0 0 10px}
    .use b{margin-right:6px;padding:2px 10px;border-radius:99px;background:var(--tint);
    color:var(--brand);font-size:13px}
    .made,.source,.todo{color:var(--soft)}
    .made{margin:0;font-size:14px}
    a{color:var(--brand)}
    .glance{display:grid;grid-template-columns:1fr 1fr;gap:12px;margin:12px 0 0}
    .glance.one{grid-template-columns:1fr}
    .glance a{display:block;padding:14px 16px 8px;border:1px solid var(--line);border-radius:12px;
    background:var(--card);color:inherit;text-decoration:none}
    .glance a:hover{border-color:var(--brand)}
    .glance svg{width:100%}
    .highlights{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:12px;
    margin:28px 0 0;padding:0;list-style:none}
    .highlights li{display:flex;flex-direction:column;padding:14px 16px;border-radius:12px;
    background:var(--card);border:1px solid var(--line)}
    .highlights b{font-size:30px;line-height:1.15;font-weight:650;letter-spacing:-.02em;
    font-variant-numeric:tabular-nums}
    .highlights span{margin-top:2px;font-size:13px;line-height:1.35}
    .highlights small{margin-top:auto;padding-top:4px;color:var(--soft);font-size:12.5px}
    .warnings{margin:16px 0 0;padding:12px 16px 12px 34px;border-radius:12px;
    background:var(--warn);color:var(--warn-ink);font-size:14.5px}
    nav{margin-top:22px}
    nav ol{display:flex;flex-wrap:wrap;gap:6px 8px;margin:0;padding:0;list-style:none}
    nav a{display:block;padding:4px 12px;border:1px solid var(--line);border-radius:99px;
    background:var(--card);color:var(--ink);font-size:13.5px;text-decoration:none}
    nav a:hover{border-color:var(--brand);color:var(--brand)}

    """

  private static let fields = """
    section{margin-top:40px}
    h2{display:flex;align-items:baseline;gap:10px;margin:0 0 12px;font-size:22px;
    letter-spacing:-.01em}
    h2 span{color:var(--brand)}
    article{margin:0 0 12px;padding:18px 20px;border:1px solid var(--line);border-radius:12px;
    background:var(--card);scroll-margin-top:12px}
    article.empty{padding:12px 20px;background:none;border-style:dashed}
    h3{display:flex;align-items:baseline;gap:8px;margin:0 0 8px;font-size:16.5px}
    h3 span{color:var(--soft);font-weight:500;font-variant-numeric:tabular-nums}
    h3 i{margin-left:auto;font-size:11.5px;font-weight:500;font-style:normal;color:var(--soft);
    letter-spacing:.03em}
    h3 i.machine::before{content:"\\25AA\\00A0";color:var(--brand)}
    h3 i.human::before{content:"\\25CF\\00A0";color:var(--soft)}
    article.empty h3{margin-bottom:2px;font-size:15px}
    article p,article ul{margin:0 0 10px}
    article>:last-child,.words>:last-child{margin-bottom:0}
    article ul{padding-left:22px}
    .todo{font-size:14px}
    .todo b{font-weight:500;color:var(--ink)}
    .words{max-width:68ch;overflow-wrap:anywhere}
    .words+*{margin-top:12px}
    .flag{padding:8px 12px;border-radius:8px;background:var(--warn);color:var(--warn-ink);
    font-size:14px}
    .cite{text-decoration:underline dotted;text-underline-offset:3px;
    font-variant-numeric:tabular-nums}
    mark{background:var(--warn);color:var(--warn-ink)}
    dl{margin:0 0 10px;font-size:14.5px}
    dl div{display:flex;gap:16px;padding:5px 0;border-bottom:1px solid var(--line);
    break-inside:avoid}
    dl div:last-child{border-bottom:0}
    dt{flex:0 0 190px;color:var(--soft)}
    dd{flex:1;margin:0;min-width:0;overflow-wrap:anywhere;font-variant-numeric:tabular-nums}
    dl.many{columns:2;column-gap:32px;font-size:13px}
    dl.many div{border-bottom:1px solid var(--line)}
    dl.many dt{flex:1 1 auto}
    dl.many dd{flex:0 1 auto;text-align:right}
    .facts details{margin-bottom:40px;padding:14px 20px;border:1px solid var(--line);
    border-radius:12px;background:var(--card)}
    .facts summary{cursor:pointer;font-weight:600}
    .facts dl{margin-top:10px;font-size:13px}
    .facts dt{flex:1 1 55%}
    .facts dd{flex:1 1 45%}
    .facts div:target{background:var(--tint)}
    code{font:12.5px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace}

    """

  private static let figures = """
    figure{margin:16px 0 18px}
    figure:first-of-type{margin-top:4px}
    .narrow{display:none}
    .small{display:grid;grid-template-columns:repeat(auto-fit,minmax(280px,1fr));gap:22px 28px}
    .small svg{width:100%}
    figcaption{margin-top:8px;font-size:14.5px}
    figcaption ul{margin:0 0 6px;padding-left:20px}
    .source{margin:0;font-size:12.5px;line-height:1.45;overflow-wrap:anywhere}
    .scroll{overflow-x:auto}
    .scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--brand);
    outline-offset:2px}
    table{width:100%;border-collapse:collapse;font-size:13.5px;font-variant-numeric:tabular-nums}
    caption{padding-bottom:6px;font-size:14px;font-weight:600;text-align:left}
    th,td{padding:5px 8px;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
    th{color:var(--soft);font-weight:500;line-height:1.25;vertical-align:bottom}
    th:first-child,td:first-child{padding-left:0}
    th:last-child,td:last-child{padding-right:0}
    .number{text-align:right;white-space:nowrap}
    th.number{white-space:normal}
    .short{white-space:nowrap}
    .alarm{color:var(--alarm);font-weight:600}
    .place{display:block;position:relative;width:44px;height:7px;margin:1px 0 1px auto;
    background:linear-gradient(var(--line),var(--line)) 0 3px/100% 1px no-repeat}
    .place::after{content:"";position:absolute;left:calc(var(--place) * .86);top:.5px;width:6px;
    height:6px;border-radius:50%;background:var(--brand)}

    """

  private static let narrow = """
    @media (max-width:700px){
    header{padding-top:28px}
    header,nav,main{padding-left:14px;padding-right:14px}
    h1{font-size:30px}
    .lead{font-size:16.5px}
    .highlights{grid-template-columns:repeat(2,1fr);gap:8px}
    .highlights b{font-size:26px}
    .glance{grid-template-columns:1fr;gap:8px}
    article{padding:14px}
    article.empty{padding:10px 14px}
    .wide{display:none}
    .narrow{display:block}
    .narrow svg{width:100%;max-width:480px}
    dl.many{columns:1}
    dl div{flex-wrap:wrap;gap:0 16px}
    dt{flex-basis:130px}
    .facts dt,.facts dd{flex-basis:100%}
    }

    """

  private static let print = """
    @page{margin:16mm 14mm}
    @media print{
    body{background:#fff;font-size:10.5pt}
    header{padding-top:0}
    header,nav,main{max-width:none;padding:0}
    nav,.facts{display:none}
    article,article.empty{padding:0 0 8px;border:0;border-radius:0;
    border-bottom:1px solid var(--line)}
    h2{margin-top:18px}
    h2,h3,caption{break-after:avoid}
    .highlights,.highlights li,.glance a,figure svg,tr,dl div{break-inside:avoid}
    .wide{display:block}
    .narrow{display:none}
    .scroll{overflow:visible}
    .whole{break-inside:avoid}
    figcaption{break-before:avoid}
    .place,.place::after,.warnings,.flag{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    a{color:inherit}
    }
    """
}
