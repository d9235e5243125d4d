/// The page at `/docs`: reads `/openapi.json`, shows each operation and lets one try it. It needs nothing from elsewhere.
enum DocsPage {
    static let html = #"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Linehaul API</title>
        <style>
        :root { --ink:#1d2129; --soft:#667085; --line:#e4e7ec; --paper:#fff; --wash:#f7f8fa; --accent:#0b6e4f;
          --get:#1f6feb; --post:#0b6e4f; --put:#b26a00; --patch:#8250df; --delete:#c4314b }
        @media (prefers-color-scheme: dark) { :root { --ink:#e6e8ec; --soft:#98a2b3; --line:#30343b; --paper:#16181c; --wash:#1d2025;
          --accent:#3fb68b; --get:#6ea8fe; --post:#3fb68b; --put:#e0a84b; --patch:#b794f6; --delete:#f08090 } }
        * { box-sizing:border-box }
        body { margin:0; font:15px/1.55 system-ui,sans-serif; color:var(--ink); background:var(--paper); display:grid;
          grid-template-columns:16rem minmax(0,1fr); min-height:100vh }
        nav { border-right:1px solid var(--line); padding:1.5rem 1rem; position:sticky; top:0; height:100vh; overflow:auto; background:var(--wash) }
        nav h1 { font-size:1.1rem; margin:0 0 1rem } nav a { display:block; color:var(--soft); text-decoration:none; padding:.15rem .4rem;
          border-radius:.3rem; text-transform:capitalize } nav a:hover { color:var(--ink); background:var(--line) }
        nav input { width:100%; margin:.2rem 0 .8rem }
        main { padding:2rem clamp(1rem,4vw,3rem); max-width:62rem }
        h2 { margin:2.5rem 0 .6rem; text-transform:capitalize; font-size:1.25rem }
        details.op { border:1px solid var(--line); border-radius:.5rem; margin:.45rem 0; overflow:hidden }
        details.op > summary { display:flex; gap:.8rem; align-items:baseline; padding:.55rem .8rem; cursor:pointer; list-style:none }
        details.op[open] > summary { border-bottom:1px solid var(--line); background:var(--wash) }
        .verb { font:600 .75rem ui-monospace,monospace; min-width:4rem } code,.path,pre,textarea,input { font:.85rem ui-monospace,monospace }
        .get{color:var(--get)} .post{color:var(--post)} .put{color:var(--put)} .patch{color:var(--patch)} .delete{color:var(--delete)}
        .what { color:var(--soft); margin-left:auto; text-align:right } .old .path { text-decoration:line-through; color:var(--soft) }
        .inside { padding:.8rem 1rem 1rem } .inside p { margin:.2rem 0 .8rem; color:var(--soft) }
        table { border-collapse:collapse; width:100%; margin:.4rem 0 1rem } td { padding:.25rem .5rem .25rem 0; vertical-align:top;
          border-top:1px solid var(--line) } td:first-child { white-space:nowrap; width:11rem } td.in { width:14rem } .mute { color:var(--soft) }
        input,textarea { width:100%; padding:.35rem .5rem; border:1px solid var(--line); border-radius:.35rem; background:var(--paper); color:var(--ink) }
        textarea { min-height:9rem } button { border:0; border-radius:.4rem; padding:.45rem 1.1rem; background:var(--accent); color:#fff;
          font-weight:600; cursor:pointer } pre { background:var(--wash); border:1px solid var(--line); border-radius:.4rem; padding:.7rem;
          overflow:auto; max-height:26rem; margin:.5rem 0 } .required::after { content:" *"; color:var(--delete) }
        h3 { font-size:.8rem; text-transform:uppercase; letter-spacing:.05em; color:var(--soft); margin:1rem 0 .3rem }
        @media (max-width:48rem) { body { display:block } nav { position:static; height:auto; border:0 } }
        </style>
        </head>
        <body>
        <nav><h1>Linehaul</h1>
        <label class="mute">Token or API key<input id="token" type="password" autocomplete="off"></label>
        <label class="mute">User (X-User-Id)<input id="user" autocomplete="off"></label>
        <div id="groups"></div></nav>
        <main><p id="about" class="mute">Reading /openapi.json …</p><div id="operations"></div></main>
        <script>
        "use strict";
        const el = (tag, attributes = {}, ...children) => {
          const node = document.createElement(tag);
          for (const [name, value] of Object.entries(attributes)) node[name] = value;
          node.append(...children);
          return node;
        };
        let api;
        const resolve = schema => schema && schema.$ref ? schema.$ref.slice(2).split("/").reduce((at, part) => at[part], api) : schema || {};
        const typeOf = schema => {
          const s = resolve(schema), type = [].concat(s.type || "any").filter(name => name !== "null").join(" or ");
          const unit = s["x-unit"] ? `, ${s["x-unit"]}` : "";
          if (s.enum) return s.enum.filter(value => value !== null).join(" | ");
          if (type === "array") return `list of ${typeOf(s.items)}`;
          return (s.format || type) + unit;
        };
        const example = (schema, depth = 0) => {
          const s = resolve(schema), type = [].concat(s.type)[0];
          if (s.examples) return s.examples[0];
          if (s.enum) return s.enum[0];
          if (type === "object") return Object.fromEntries(Object.entries(s.properties || {})
            .filter(([name]) => depth < 1 ? (s.required || []).includes(name) : true)
            .filter(([name]) => depth < 1 || (s.required || []).includes(name))
            .map(([name, member]) => [name, example(member, depth + 1)]));
          if (type === "array") return [];
          if (type === "integer" || type === "number") return s.minimum > 0 ? s.minimum : 0;
          if (type === "boolean") return false;
          if (s.format === "date-time") return "2030-01-01T00:00:00Z";
          if (s.format === "uuid") return "00000000-0000-4000-8000-000000000000";
          return "text";
        };
        const members = schema => {
          const s = resolve(schema), table = el("table");
          for (const [name, member] of Object.entries(s.properties || {})) {
            const isRequired = (s.required || []).includes(name);
            table.append(el("tr", {}, el("td", {}, el("code", { className: isRequired ? "required" : "" }, name)), el("td", { className: "mute" }, typeOf(member))));
          }
          return table;
        };
        const headers = () => {
          const given = {}, token = document.getElementById("token").value.trim(), user = document.getElementById("user").value.trim();
          if (token) given["Authorization"] = `Bearer ${token}`;
          if (user) given["X-User-Id"] = user;
          return given;
        };
        const send = async (method, path, operation, inputs, body, shown) => {
          let target = path;
          const query = new URLSearchParams(), sent = headers();
          for (const { parameter, input } of inputs) {
            const value = input.value.trim();
            if (!value) continue;
            if (parameter.in === "path") target = target.replace(`{${parameter.name}}`, encodeURIComponent(value));
            else if (parameter.in === "query") query.set(parameter.name, value);
            else sent[parameter.name] = value;
          }
          if (body) sent["Content-Type"] = "application/json";
          const url = target + (query.size ? `?${query}` : ""), begun = performance.now();
          shown.textContent = `${method.toUpperCase()} ${url} …`;
          try {
            const answer = await fetch(url, { method, headers: sent, body: body ? body.value : undefined });
            let text = await answer.text();
            try { text = JSON.stringify(JSON.parse(text), null, 2); } catch { }
            const facts = ["ETag", "Location", "X-Correlation-Id"].filter(name => answer.headers.get(name)).map(name => `${name}: ${answer.headers.get(name)}`);
            shown.textContent = `${answer.status} ${answer.statusText} · ${Math.round(performance.now() - begun)} ms\n${facts.join("\n")}\n\n${text}`;
          } catch (failure) { shown.textContent = `no answer: ${failure.message}`; }
        };
        const inside = (method, path, operation) => {
          const box = el("div", { className: "inside" }, el("p", {}, operation.description || "")), inputs = [];
          if ((operation.parameters || []).length) {
            const table = el("table");
            for (const parameter of operation.parameters) {
              const input = el("input", { placeholder: typeOf(parameter.schema) });
              inputs.push({ parameter, input });
              table.append(el("tr", {}, el("td", {}, el("code", { className: parameter.required ? "required" : "" }, parameter.name)),
                el("td", { className: "in" }, input), el("td", { className: "mute" }, parameter.description || parameter.in)));
            }
            box.append(el("h3", {}, "Parameters"), table);
          }
          let body;
          if (operation.requestBody) {
            const schema = operation.requestBody.content["application/json"].schema;
            body = el("textarea", { value: JSON.stringify(example(schema), null, 2), spellcheck: false });
            const fold = el("details", {}, el("summary", { className: "mute" }, "members"), members(schema));
            box.append(el("h3", {}, "Body"), fold, body);
          }
          const shown = el("pre", { textContent: "" }), go = el("button", { textContent: "Send" });
          go.onclick = () => send(method, path, operation, inputs, body, shown);
          box.append(el("p", {}, go), shown, el("h3", {}, "Answers"));
          const table = el("table");
          for (const [status, answer] of Object.entries(operation.responses)) {
            const schema = answer.content && answer.content["application/json"] && answer.content["application/json"].schema;
            const cell = el("td", {}, answer.description);
            if (schema && status < 300 && resolve(schema).properties) cell.append(el("details", {}, el("summary", { className: "mute" }, "members"), members(schema)));
            table.append(el("tr", {}, el("td", {}, el("code", {}, status)), cell));
          }
          box.append(table);
          return box;
        };
        const show = () => {
          document.getElementById("about").textContent = api.info.description;
          const groups = new Map();
          for (const [path, operations] of Object.entries(api.paths))
            for (const [method, operation] of Object.entries(operations)) {
              const name = operation.tags[0];
              if (!groups.has(name)) groups.set(name, []);
              groups.get(name).push({ method, path, operation });
            }
          for (const [name, list] of groups) {
            document.getElementById("groups").append(el("a", { href: `#${name}`, textContent: name }));
            const section = el("section", { id: name }, el("h2", {}, name));
            for (const { method, path, operation } of list.filter(each => !each.operation.deprecated)) {
              const fold = el("details", { className: "op" }, el("summary", {}, el("span", { className: `verb ${method}` }, method.toUpperCase()),
                el("span", { className: "path" }, path), el("span", { className: "what" }, operation.summary)));
              fold.addEventListener("toggle", () => { if (fold.open && fold.children.length === 1) fold.append(inside(method, path, operation)); });
              section.append(fold);
            }
            document.getElementById("operations").append(section);
          }
        };
        fetch("/openapi.json").then(answer => answer.json()).then(found => { api = found; show(); },
          failure => { document.getElementById("about").textContent = `The document cannot be read: ${failure.message}`; });
        </script>
        </body>
        </html>
        """#
}
