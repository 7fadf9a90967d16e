// nunjucks as a peer of `./dev bench template`: the same questions and answers as peer_jinja2.py.
const fs = require("fs");
const nunjucks = require(process.argv[2]);

function cpu() {
    const used = process.cpuUsage();
    return (used.user + used.system) * 1000;
}

function answer(question) {
    const env = new nunjucks.Environment(new nunjucks.FileSystemLoader(question.folder), { autoescape: true });
    const data = JSON.parse(fs.readFileSync(question.data, "utf8"));
    const text = env.render(question.template, data);
    const begun = cpu();
    for (let i = 0; i < question.times; i++) env.render(question.template, data);
    return { text: text, ns: Math.round((cpu() - begun) / question.times) };
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => {
    let said;
    try {
        said = answer(JSON.parse(line));
    } catch (error) {
        said = { error: String(error) };
    }
    console.log(JSON.stringify(said));
});
