# What an abbreviated cube leaves unsaid, written out: https://www.w3.org/TR/vocab-data-cube/#normalize-algorithm
PREFIX qb: <http://purl.org/linked-data/cube#>

# First the classes that a property's use implies.
INSERT { ?one a qb:Observation } WHERE { ?one qb:dataSet ?two } ;
INSERT { ?two a ?class } WHERE {
  VALUES (?property ?class) {
    (qb:observation qb:Observation) (qb:dataSet qb:DataSet) (qb:slice qb:Slice) (qb:sliceStructure qb:SliceKey)
  }
  ?one ?property ?two
} ;
INSERT { ?component qb:componentProperty ?term . ?term a ?class } WHERE {
  VALUES (?property ?class) {
    (qb:dimension qb:DimensionProperty) (qb:measureDimension qb:DimensionProperty)
    (qb:measure qb:MeasureProperty) (qb:attribute qb:AttributeProperty)
  }
  ?component ?property ?term
} ;

# Then the values that stand at a data set or a slice, brought down to the observations.
INSERT { ?observation ?term ?value } WHERE {
  ?component qb:componentAttachment qb:DataSet ; qb:componentProperty ?term .
  ?set qb:structure/qb:component ?component ; ?term ?value .
  ?observation qb:dataSet ?set
} ;
INSERT { ?observation ?term ?value } WHERE {
  ?component qb:componentProperty ?term .
  { ?component qb:componentAttachment qb:Slice } UNION { ?term a qb:DimensionProperty }
  ?set qb:structure/qb:component ?component ; qb:slice ?slice .
  ?slice ?term ?value ; qb:observation ?observation
}
