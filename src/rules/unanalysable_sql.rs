use crate::ast::{Body, Gap, PsqlCommand, StatementKind, Unread};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "unanalysable-sql",
    category: Category::Robustness,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/unanalysable-sql.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let whole = step.statement.span;
    match &step.statement.kind {
        StatementKind::Do(block) => {
            let unread = block.body.unread.iter().filter(|unread| unread.may_block());
            unread.map(|unread| in_body(unread, &block.body)).collect()
        }
        StatementKind::Call(call) => {
            let label = "the procedure may do anything";
            vec![finding(whole, format!("what CALL {} does was not analysed", call.procedure), label, WRITE_IT)]
        }
        StatementKind::Execute(execute) => {
            let what = format!("EXECUTE {} was not analysed", execute.name.name);
            vec![finding(whole, what, "no PREPARE of this file gives it", WRITE_IT)]
        }
        StatementKind::Psql(PsqlCommand::Generated) => {
            let label = "runs what the query before it returns";
            vec![finding(whole, "what \\gexec runs was not analysed".to_owned(), label, WRITE_IT)]
        }
        _ => Vec::new(),
    }
}

const WRITE_IT: &str = "Look its locks over by hand, or write the statements out.";

fn in_body(unread: &Unread, body: &Body) -> Finding {
    match unread.gap {
        Gap::Computed => {
            let what = match unread.keywords.as_str() {
                "" => "EXECUTE of a computed string was not analysed".to_owned(),
                keywords => format!("EXECUTE of a computed {keywords} was not analysed"),
            };
            let help = "A constant string, or format() with constants only, is read. Else look its locks over by hand.";
            finding(unread.span, what, "the text is known only when it runs", help)
        }
        Gap::Language => {
            let what = format!("a DO block in {} was not analysed", body.language);
            finding(unread.span, what, "only SQL and PL/pgSQL are read", WRITE_IT)
        }
        Gap::Depth => {
            finding(unread.span, "a DO block was not analysed".to_owned(), "strings in strings, too deep", WRITE_IT)
        }
    }
}

fn finding(span: Span, message: String, label: &str, help: &str) -> Finding {
    Finding::new(span, message).label(label).help(help)
}
