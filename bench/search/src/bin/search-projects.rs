//! How well the matcher finds projects about the same problem, with one weight changed at a time.

use anyhow::{Context, Result};
use bench_search::{Collection, Item};
use clap::Parser;
use search::{Document, Matcher, Meaning, Question, Weights};

#[derive(Parser)]
struct Arguments {
    /// Made projects in groups
    #[arg(default_value = "bench/search/projects.txt")]
    file: std::path::PathBuf,
}

fn main() -> Result<()> {
    let Arguments { file } = Arguments::parse();
    let text = std::fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let collection = Collection::of_groups(&text)?;
    println!("{} projects, {} of them asked about", collection.items.len(), collection.judged.len());
    println!("{:34} title and summary   summary alone", "");
    let usual = Weights::PROJECTS;
    let variants: Vec<(&str, Weights)> = vec![
        ("as it is", usual),
        ("words alone", Weights { meaning: 0.0, ..usual }),
        ("meaning alone", Weights { meaning: 1.0, ..usual }),
        ("topics 0", Weights { topics: 0.0, ..usual }),
        ("topics .1", Weights { topics: 0.1, ..usual }),
        ("topics .3", Weights { topics: 0.3, ..usual }),
        ("topics .4", Weights { topics: 0.4, ..usual }),
        ("meaning .4", Weights { meaning: 0.4, ..usual }),
        ("meaning .6", Weights { meaning: 0.6, ..usual }),
        ("with what is common", Weights { common: 0.0, ..usual }),
        ("title 3", Weights { title: 3.0, ..usual }),
        ("length .5", Weights { length: 0.5, ..usual }),
    ];
    for (name, weights) in variants {
        let both = score(&collection, weights, |item| (&item.title, &item.summary));
        let alone = score(&collection, weights, |item| ("", &item.summary));
        println!("{name:34} {:.3}  {:.3}        {:.3}  {:.3}", both.ndcg, both.recall, alone.ndcg, alone.recall);
    }
    Ok(())
}

fn score(collection: &Collection, weights: Weights, parts: impl Fn(&Item) -> (&str, &str)) -> bench_search::Scores {
    let documents = collection.items.iter().map(|item| {
        let (title, text) = parts(item);
        Document { id: item.id, title, text }
    });
    let mut matcher = Matcher::new(Meaning::built_in(), weights);
    documents.for_each(|document| matcher.put(document));
    collection.score(|item| {
        let (title, text) = parts(item);
        let near = matcher.near_among(&Question::of(title, text), 10, |id| id != item.id);
        near.iter().map(|found| found.id).collect()
    })
}
