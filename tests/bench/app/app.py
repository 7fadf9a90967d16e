"""The same page as app.c, in Flask."""
from flask import Flask, render_template, session

app = Flask(__name__)
app.secret_key = "sixteen bytes or more"


@app.route("/page/<int:id>")
def page(id):
    session["visits"] = session.get("visits", 0) + 1
    items = [{"id": i, "name": "Item <%d>" % i, "price": i * 1.5} for i in range(20)]
    return render_template("page.html", visits=session["visits"], items=items)
